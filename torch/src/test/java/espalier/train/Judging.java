package espalier.train;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.Map;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Accuracy of a program, counted on the host. */
final class Judging {
    private Judging() {}

    static double accuracy(Program program, Batches batches) {
        int right = 0;
        int all = 0;
        for (int i = 0; i < batches.steps(); i++) {
            Batch batch = batches.batch(0, i);
            try (PointerScope scope = new PointerScope()) {
                Map<String, Tensor> out =
                        program.run(Map.of("", Tensors.of(batch.inputs().get(""))), Mode.EVAL);
                float[] scores = Tensors.toHost(out.values().iterator().next()).toFloats();
                int classes = scores.length / batch.size();
                for (int n = 0; n < batch.size(); n++) {
                    int best = 0;
                    for (int c = 1; c < classes; c++) {
                        best = scores[n * classes + c] > scores[n * classes + best] ? c : best;
                    }
                    right += best == batch.labels()[n] ? 1 : 0;
                    all++;
                }
            }
        }
        return (double) right / all;
    }

    /** As a run judges after an epoch. */
    static Validation judged(Stepper stepper, Batches held) {
        double loss = 0;
        double correct = 0;
        double samples = 0;
        for (int i = 0; i < held.steps(); i++) {
            Batch batch = held.batch(0, i);
            Stepper.Judgement j = stepper.judge(batch, new Stepper.Place(0, i, 0));
            loss += j.loss() * batch.size();
            correct += j.correct().orElseThrow();
            samples += batch.size();
        }
        return new Validation(loss / samples, OptionalDouble.of(correct / samples));
    }
}
