package espalier.train;

import espalier.graph.Node;
import espalier.torch.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Running statistics measured anew, for weights that no batch has gone through. Izmailov et al.: Averaging Weights Leads to Wider Optima
 * and Better Generalization, 2018, arXiv:1803.05407, section 3.2.
 *
 * <p>The mean over batches, of which each counts alike whatever the momentum: what {@code running = momentum * running + (1 - momentum)
 * * batch} makes of 0 is 1 - momentum times the batch's statistic.
 */
final class Recalibration {
    private final Program program;
    private final Map<String, Double> momenta = new LinkedHashMap<>();

    Recalibration(Program program) {
        this.program = program;
        program.model().graph().nodes().stream()
                .filter(n -> n.is("BatchNormalization"))
                .forEach(this::see);
        momenta.keySet().retainAll(program.buffers().keySet());
        momenta.values().removeIf(m -> m >= 1);
    }

    /** Where several nodes share statistics, each of them moves them. */
    private void see(Node norm) {
        double momentum = norm.realAttr("momentum", 0.9f);
        momenta.merge(norm.input(3), momentum, (a, b) -> a * b);
        momenta.merge(norm.input(4), momentum, (a, b) -> a * b);
    }

    /** @param show lets the program see a batch, counted from 0, in training mode */
    void over(int batches, IntConsumer show) {
        try (Kept sums = new Kept()) {
            for (int i = 0; i < batches; i++) {
                each((name, running) -> running.zero_());
                show.accept(i);
                each((name, running) -> sum(sums, name, running).add_(running));
            }
            each((name, running) -> {
                Scalar all = new Scalar(batches * (1 - momenta.getOrDefault(name, 0.0)));
                running.copy_(sum(sums, name, running).div_(all));
            });
        }
    }

    private static Tensor sum(Kept sums, String name, Tensor like) {
        return sums.get(name, () -> torch.zeros_like(like));
    }

    private void each(BiConsumer<String, Tensor> action) {
        program.buffers().forEach((name, t) -> {
            if (momenta.containsKey(name)) {
                action.accept(name, t.detach());
            }
        });
    }
}
