package espalier.prune;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Whether a masked and a cut network compute the same, in the referee. */
final class Agreement {
    /** Both compute in another order of summation: float noise, far below what a wrong cut would make. */
    private static final double TOLERANCE = 1e-4;

    /** The same for sums that are rounded to 8 or 11 bits. */
    private static final double HALF_TOLERANCE = 2e-2;

    private Agreement() {}

    /**
     * A line for the report.
     *
     * @throws IllegalStateException where they do not
     */
    static String of(Model masked, Model cut, Workbench bench) {
        Map<String, Tensor> inputs =
                Evaluation.named(cut, bench.testBatches(cut).batch(0, 0));
        double difference = difference(outputs(masked, inputs, bench.referee()), outputs(cut, inputs, bench.referee()));
        if (!(difference <= tolerance(cut))) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT, "masked and cut network differ by %.2g of their largest output", difference));
        }
        return String.format(
                Locale.ROOT, "masked and cut network agree within %.1g of their largest output", difference);
    }

    private static double tolerance(Model model) {
        boolean half = model.graph().initializers().values().stream()
                .map(Tensor::dtype)
                .anyMatch(d -> d == DType.FLOAT16 || d == DType.BFLOAT16);
        return half ? HALF_TOLERANCE : TOLERANCE;
    }

    private static Map<String, Tensor> outputs(Model model, Map<String, Tensor> inputs, Referee referee) {
        try (Referee.Session session = referee.open(model)) {
            return session.run(inputs);
        }
    }

    /** Largest difference relative to the largest value, over all outputs. */
    private static double difference(Map<String, Tensor> a, Map<String, Tensor> b) {
        double worst = 0;
        for (var e : a.entrySet()) {
            float[] x = e.getValue().toFloats();
            float[] y = Objects.requireNonNull(b.get(e.getKey()), e.getKey()).toFloats();
            double largest = Float.MIN_NORMAL;
            double apart = 0;
            for (int i = 0; i < x.length; i++) {
                largest = Math.max(largest, Math.abs(x[i]));
                apart = Math.max(apart, Math.abs(x[i] - y[i]));
            }
            worst = Math.max(worst, apart / largest);
        }
        return worst;
    }
}
