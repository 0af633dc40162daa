package espalier.distill;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.Shape;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * A teacher's scores of all samples of a data set. They are computed in the order of the data, so that a resumed run has the same
 * bits.
 *
 * @param scores one row for each sample
 * @param shape of what the teacher gives for a batch, with any batch
 */
record KnownScores(float[] scores, Shape shape) {
    static KnownScores of(Program teacher, String logits, Batches samples) {
        float[] scores = new float[0];
        Shape shape = Shape.of(1);
        int width = 0;
        for (int step = 0; step < samples.steps(); step++) {
            Batch batch = samples.batch(0, step);
            try (PointerScope scope = new PointerScope();
                    AutoGradMode noGrad = new AutoGradMode(false)) {
                Map<String, Tensor> inputs = new HashMap<>();
                batch.inputs().forEach((name, host) -> inputs.put(name, Tensors.of(host)));
                Tensor out = teacher.run(inputs, Mode.EVAL, List.of(logits)).get(logits);
                espalier.graph.Tensor rows = Tensors.toHost(Objects.requireNonNull(out, logits));
                if (step == 0) {
                    shape = rows.shape();
                    width = (int) rows.elements() / batch.size();
                    scores = new float[samples.data().size() * width];
                }
                float[] flat = rows.toFloats();
                for (int i = 0; i < batch.size(); i++) {
                    System.arraycopy(flat, i * width, scores, batch.samples()[i] * width, width);
                }
            }
        }
        return new KnownScores(scores, shape);
    }

    /** What the teacher gives for some samples. */
    Tensor of(int[] samples) {
        int width = (int) (shape.elements() / shape.dim(0));
        float[] rows = new float[samples.length * width];
        for (int i = 0; i < samples.length; i++) {
            System.arraycopy(scores, samples[i] * width, rows, i * width, width);
        }
        return Tensors.of(espalier.graph.Tensor.floats(shape.with(0, samples.length), rows));
    }
}
