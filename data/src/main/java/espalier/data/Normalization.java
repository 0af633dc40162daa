package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * (x - mean) / std along the first axis of a sample: per channel of an image, per column of a table. Kept with a trained model in
 * its text form, so that measuring sees what training saw.
 *
 * @param mean one number per channel, one for all channels, or none for "leave the samples as they are"
 * @param std as many, each above 0
 */
public record Normalization(List<Double> mean, List<Double> std) {
    public static final Normalization NONE = new Normalization(List.of(), List.of());

    /** Samples looked at by {@link #of(DataSet)}; more change the third digit at most. */
    private static final int ENOUGH = 10_000;

    public Normalization() {
        this(List.of(), List.of());
    }

    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != std.size()) {
            throw BadInputException.of(
                    "normalization: %d means but %d standard deviations: give as many of both",
                    mean.size(), std.size());
        }
        for (double s : std) {
            if (!(s > 0) || Double.isInfinite(s)) {
                throw BadInputException.of("normalization: a standard deviation of %s: give numbers above 0", s);
            }
        }
        if (mean.stream().anyMatch(m -> !Double.isFinite(m))) {
            throw BadInputException.of("normalization: a mean that is not finite: give numbers");
        }
    }

    /**
     * Measured on the samples themselves, on 10,000 evenly spaced ones where there are more. A channel that is constant keeps its
     * scale. Several inputs, or whole numbers, are left as they are.
     */
    public static Normalization of(DataSet data) {
        InputSpec spec = data.inputs().get(0);
        if (!applies(data) || spec.shape().rank() == 0 || data.size() == 0) {
            return NONE;
        }
        int channels = (int) spec.shape().dim(0);
        int area = spec.elements() / Math.max(1, channels);
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        float[] sample = new float[spec.elements()];
        int count = Math.min(ENOUGH, data.size());
        for (int i = 0; i < count; i++) {
            data.fill((int) ((long) i * data.size() / count), 0, sample, 0);
            for (int c = 0; c < channels; c++) {
                for (int k = c * area; k < (c + 1) * area; k++) {
                    sum[c] += sample[k];
                    squares[c] += (double) sample[k] * sample[k];
                }
            }
        }
        Double[] mean = new Double[channels];
        Double[] std = new Double[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = sum[c] / ((double) count * area);
            double variance = squares[c] / ((double) count * area) - mean[c] * mean[c];
            std[c] = variance > 1e-12 ? Math.sqrt(variance) : 1.0;
        }
        return new Normalization(Arrays.asList(mean), Arrays.asList(std));
    }

    static boolean applies(DataSet data) {
        return data.inputs().size() == 1 && data.inputs().get(0).dtype() == DType.FLOAT;
    }

    public boolean isNone() {
        return mean.isEmpty();
    }

    /**
     * This normalization with one number per channel.
     *
     * @throws BadInputException when it is for another number of channels
     */
    Normalization forSamplesOf(DataSet data) {
        InputSpec spec = data.inputs().get(0);
        if (isNone()) {
            return this;
        }
        if (!applies(data) || spec.shape().rank() == 0) {
            throw BadInputException.of(
                    "%s: normalization needs one input of floats: leave it out for this data set", data.name());
        }
        int channels = (int) spec.shape().dim(0);
        if (mean.size() == 1) {
            return new Normalization(
                    Collections.nCopies(channels, mean.get(0)), Collections.nCopies(channels, std.get(0)));
        }
        if (mean.size() != channels) {
            throw BadInputException.of(
                    "%s: normalization for %d channels, but samples are %s: give %d means and standard deviations, or one",
                    data.name(), mean.size(), spec.shape(), channels);
        }
        return this;
    }

    /** {@code 0.4914,0.4822,0.4465/0.247,0.2435,0.2616}; {@code none} for none. */
    public String text() {
        return isNone() ? "none" : join(mean) + "/" + join(std);
    }

    /** What {@link #text()} wrote. */
    public static Normalization parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        String[] halves = text.split("/", -1);
        if (halves.length != 2) {
            throw BadInputException.of("normalization '%s': write MEANS/STDS, each with commas, or none", text);
        }
        return new Normalization(numbers(halves[0], text), numbers(halves[1], text));
    }

    private static String join(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static List<Double> numbers(String half, String text) {
        try {
            return Arrays.stream(half.split(",", -1)).map(Double::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "normalization '" + text + "': not a number in '" + half + "': write MEANS/STDS, each with commas",
                    e);
        }
    }
}
