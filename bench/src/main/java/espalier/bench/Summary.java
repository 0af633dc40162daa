package espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/**
 * A row over all seeds.
 *
 * @param seeds how many
 * @param error mean test error in percent
 * @param deviation of the error over seeds, in points
 * @param drop mean accuracy lost against the network of the same seed before, in points
 * @param agreement mean share of the test images for which the network before gives the same class, in percent
 * @param kept mean share of weights that are not zero, in percent of the network before
 * @param macs mean multiply-adds
 * @param macsRatio mean of how many times fewer they are
 * @param bytes mean size of the ONNX file
 * @param packed mean size of the packed file; not a number where that was not taken
 * @param store mean of how many times smaller it is than the ONNX file of the network before
 * @param faster mean of how many times lower the latency of one sample on one thread is
 * @param scratch mean error in percent of the same shape from fresh weights; absent without a control
 * @param rewound the same from the initial weights
 * @param published figures of others, or the goal
 */
record Summary(
        int seeds,
        double error,
        double deviation,
        double drop,
        double agreement,
        double kept,
        double macs,
        double macsRatio,
        double bytes,
        double packed,
        double store,
        double faster,
        String scratch,
        String rewound,
        String published) {
    static Summary of(List<JsonNode> rows, List<JsonNode> bases, String published) {
        double[] errors = rows.stream()
                .mapToDouble(r -> 100 * (1 - r.get("accuracy").asDouble()))
                .toArray();
        double error = mean(errors);
        List<Double> drops = new ArrayList<>();
        List<Double> kept = new ArrayList<>();
        List<Double> stores = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            drops.add(100
                    * (bases.get(i).get("accuracy").asDouble()
                            - rows.get(i).get("accuracy").asDouble()));
            stores.add(bases.get(i).get("bytes").asDouble()
                    / rows.get(i).path("packed").asDouble(Double.NaN));
            kept.add(100 * weights(rows.get(i)) / weights(bases.get(i)));
        }
        return new Summary(
                rows.size(),
                error,
                deviation(errors),
                mean(drops),
                mean(rows, r -> 100 * r.path("agreement").asDouble(Double.NaN)),
                mean(kept),
                mean(rows, r -> r.get("macs").asDouble()),
                mean(rows, r -> r.get("macsRatio").asDouble()),
                mean(rows, r -> r.get("bytes").asDouble()),
                mean(rows, r -> r.path("packed").asDouble(Double.NaN)),
                mean(stores),
                mean(rows, r -> r.get("faster").asDouble()),
                control(rows, "scratch"),
                control(rows, "rewound"),
                published);
    }

    private static double weights(JsonNode row) {
        return row.get("nonZero").asDouble() * row.get("parameters").asDouble();
    }

    /** The error of one kind of control over all seeds, or empty. */
    private static String control(List<JsonNode> rows, String start) {
        List<Double> errors = new ArrayList<>();
        for (JsonNode row : rows) {
            for (JsonNode trial : row.at("/details/control")) {
                if (trial.path("start").asString("").equals(start)) {
                    trial.get("accuracies").forEach(a -> errors.add(100 * (1 - a.asDouble())));
                }
            }
        }
        double[] all = errors.stream().mapToDouble(e -> e).toArray();
        return all.length == 0 ? "" : spread(mean(all), deviation(all), all.length);
    }

    /** A mean with its standard deviation; one value has none. */
    static String spread(double mean, double deviation, int values) {
        return values == 1
                ? String.format(Locale.ROOT, "%.2f", mean)
                : String.format(Locale.ROOT, "%.2f ± %.2f", mean, deviation);
    }

    private static double mean(List<JsonNode> rows, ToDoubleFunction<JsonNode> of) {
        return mean(rows.stream().mapToDouble(of).toArray());
    }

    private static double mean(List<Double> values) {
        return mean(values.stream().mapToDouble(v -> v).toArray());
    }

    private static double mean(double[] values) {
        return java.util.Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        double squares = java.util.Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .sum();
        return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    }
}
