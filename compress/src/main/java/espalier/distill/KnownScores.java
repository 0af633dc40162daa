package espalier.distill;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.Shape;
import espalier.torch.Tensors;
import espalier.train.StepViews;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * A teacher's scores of all samples of a data set, in memory. They are computed in the order of the data, so that a resumed run has
 * the same bits.
 *
 * @param logits the teacher's name for them
 * @param scores one row for each sample
 * @param shape of what the teacher gives for a batch, with any batch
 */
record KnownScores(String logits, float[] scores, Shape shape) implements Teacher {
    static KnownScores of(Teacher teacher, Batches samples) {
        float[] scores = new float[0];
        Shape shape = Shape.of(1);
        for (int step = 0; step < samples.steps(); step++) {
            Batch batch = samples.batch(0, step);
            espalier.graph.Tensor rows = Objects.requireNonNull(
                    CachedTeacher.computed(teacher, List.of(), batch).get(teacher.logits()));
            int width = (int) rows.elements() / batch.size();
            if (step == 0) {
                shape = rows.shape();
                scores = new float[samples.data().size() * width];
            }
            float[] flat = rows.toFloats();
            for (int i = 0; i < batch.size(); i++) {
                System.arraycopy(flat, i * width, scores, batch.samples()[i] * width, width);
            }
        }
        return new KnownScores(teacher.logits(), scores, shape);
    }

    @Override
    public Map<String, Tensor> values(StepViews step) {
        int[] samples = step.samples();
        int width = (int) (shape.elements() / shape.dim(0));
        float[] rows = new float[samples.length * width];
        for (int i = 0; i < samples.length; i++) {
            System.arraycopy(scores, samples[i] * width, rows, i * width, width);
        }
        return Map.of(logits, Tensors.of(espalier.graph.Tensor.floats(shape.with(0, samples.length), rows)));
    }

    @Override
    public void close() {}
}
