package espalier.calibrate;

import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Means and variances, gathered piece by piece in double precision, so that any number of samples fits into memory. Chan, Golub,
 * LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979: the squared distances of two sets add
 * up, and so does d^2 n m / (n + m), where d is the distance of their means.
 */
public final class Moments {
    /** Elements that are converted at a time. */
    private static final long PIECE = 1L << 22;

    private long count;
    private double[] mean = new double[0];
    private double[] squares = new double[0];

    Moments() {}

    /**
     * The moments of values along axis 1.
     *
     * @param values names of values [N, C, ...] of the graph
     * @param samples the most to look at
     */
    public static Map<String, ChannelMoments> of(Model model, Batches batches, Collection<String> values, int samples) {
        Map<String, Integer> axes = new LinkedHashMap<>();
        values.forEach(v -> axes.put(v, 1));
        return of(model, batches, axes, samples);
    }

    /**
     * The moments of values.
     *
     * @param axes for each value the axis of its channels; a negative one counts from the end
     * @param samples the most to look at
     * @throws BadInputException where a value has no such axis
     */
    public static Map<String, ChannelMoments> of(Model model, Batches batches, Map<String, Integer> axes, int samples) {
        Map<String, Moments> all = new LinkedHashMap<>();
        axes.keySet().forEach(v -> all.put(v, new Moments()));
        if (axes.isEmpty()) {
            return Map.of();
        }
        try (Activations activations = Activations.of(model, axes.keySet())) {
            Activations.samples(model, batches, samples).forEach(batch -> {
                try (PointerScope scope = new PointerScope()) {
                    Map<String, Tensor> found = activations.run(batch);
                    axes.forEach((v, axis) -> Named.in(all, v).add(v, Named.in(found, v), axis));
                }
            });
        }
        Map<String, ChannelMoments> out = new LinkedHashMap<>();
        all.forEach((v, m) -> out.put(v, m.result()));
        return out;
    }

    private void add(String name, Tensor value, int axis) {
        int rank = (int) value.dim();
        int channels = axis < 0 ? axis + rank : axis;
        if (channels < 1 || channels >= rank) {
            throw BadInputException.of(
                    "value '%s' has %d axes: its channels cannot lie along axis %d", name, rank, axis);
        }
        long samples = value.size(0);
        long perSample = Math.max(1, value.numel() / Math.max(1, samples));
        long step = Math.max(1, PIECE / perSample);
        for (long from = 0; from < samples; from += step) {
            try (PointerScope scope = new PointerScope()) {
                addPiece(value.narrow(0, from, Math.min(step, samples - from)).transpose(0, channels));
            }
        }
    }

    private void addPiece(Tensor channelsFirst) {
        Tensor x = channelsFirst.flatten(1, -1).to(ScalarType.Double);
        Tensor m = mean(x);
        Tensor centred = x.sub(m.unsqueeze(1));
        add(x.size(1), Doubles.of(m), Doubles.of(mean(centred.mul(centred))));
    }

    private static Tensor mean(Tensor x) {
        return torch.mean(x, new long[] {1}, false, new ScalarTypeOptional());
    }

    /**
     * Adds a set of elements.
     *
     * @param n elements of each channel
     */
    void add(long n, double[] otherMean, double[] otherVariance) {
        if (count == 0) {
            mean = new double[otherMean.length];
            squares = new double[otherMean.length];
        }
        long all = count + n;
        for (int c = 0; c < mean.length && n > 0; c++) {
            double distance = otherMean[c] - mean[c];
            squares[c] += n * otherVariance[c] + distance * distance * count * n / all;
            mean[c] += distance * n / all;
        }
        count = all;
    }

    ChannelMoments result() {
        double[] variance = squares.clone();
        for (int c = 0; c < variance.length; c++) {
            variance[c] /= Math.max(1, count);
        }
        return new ChannelMoments(mean.clone(), variance);
    }
}
