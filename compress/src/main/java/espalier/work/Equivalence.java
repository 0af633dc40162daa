package espalier.work;

import espalier.graph.DType;
import espalier.graph.Model;
import espalier.graph.Tensor;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Whether two networks compute the same, in the referee. */
public final class Equivalence {
    /** Both sum in another order: float noise, far below what a wrong rewrite would make. */
    private static final double TOLERANCE = 1e-4;

    /** The same for sums that are rounded to 8 or 11 bits. */
    private static final double HALF_TOLERANCE = 2e-2;

    private Equivalence() {}

    /**
     * A line for the report.
     *
     * @param which the networks, as "masked and cut network"
     * @throws IllegalStateException where they do not compute the same
     */
    public static String require(String which, Model one, Model other, Workbench bench) {
        Map<String, Tensor> inputs =
                Evaluation.named(other, bench.testBatches(other).batch(0, 0));
        double difference = difference(outputs(one, inputs, bench.referee()), outputs(other, inputs, bench.referee()));
        if (!(difference <= tolerance(other))) {
            throw new IllegalStateException(
                    String.format(Locale.ROOT, "%s differ by %.2g of their largest output", which, difference));
        }
        return String.format(Locale.ROOT, "%s agree within %.1g of their largest output", which, difference);
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
