package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The batches of a data set by epoch and step. A batch depends on (seed, epoch, step) alone, so training resumes anywhere and batches
 * may be made ahead on other threads.
 */
public final class Batches {
    private final DataSet data;
    private final Batching how;
    private final Normalization normalization;
    private volatile Order order;

    private record Order(long epoch, int[] samples) {}

    private Batches(DataSet data, Batching how) {
        this.data = data;
        this.how = how;
        this.normalization = how.normalization().forSamplesOf(data);
        this.order = orderOf(0);
    }

    /**
     * @throws BadInputException when there is not one batch, or augmentation or normalization do not fit the samples
     */
    public static Batches of(DataSet data, Batching how) {
        InputSpec spec = data.inputs().get(0);
        if (data.size() == 0) {
            throw BadInputException.of("%s: holds no samples: give a data set with some", data.name());
        }
        if (how.dropLast() && data.size() < how.size()) {
            throw BadInputException.of(
                    "%s: %d samples do not fill a batch of %d: lower the batch size",
                    data.name(), data.size(), how.size());
        }
        if (!how.augmentation().isNone() && (data.inputs().size() != 1 || !spec.isImage())) {
            throw BadInputException.of(
                    "%s: augmentation is for images, but samples are %s: leave it out", data.name(), spec.shape());
        }
        return new Batches(data, how);
    }

    public DataSet data() {
        return data;
    }

    /** Batches in an epoch. */
    public int steps() {
        return how.dropLast() ? data.size() / how.size() : (data.size() + how.size() - 1) / how.size();
    }

    /** Batch {@code step}, from 0, of an epoch, from 0. */
    public Batch batch(long epoch, int step) {
        int[] samples = samples(epoch, step);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < data.inputs().size(); i++) {
            InputSpec spec = data.inputs().get(i);
            inputs.put(
                    spec.name(),
                    spec.dtype() == DType.FLOAT ? floats(spec, i, samples, epoch) : wholes(spec, i, samples));
        }
        return new Batch(inputs, labels(samples), samples);
    }

    /** All batches of an epoch in order, each made when it is asked for. */
    public Stream<Batch> epoch(long epoch) {
        return IntStream.range(0, steps()).mapToObj(step -> batch(epoch, step));
    }

    private int[] samples(long epoch, int step) {
        int from = Math.multiplyExact(java.util.Objects.checkIndex(step, steps()), how.size());
        int[] samples = new int[Math.min(how.size(), data.size() - from)];
        Order o = how.shuffle() ? order(epoch) : order;
        System.arraycopy(o.samples(), from, samples, 0, samples.length);
        return samples;
    }

    private Order order(long epoch) {
        Order o = order;
        if (o.epoch() != epoch) {
            o = orderOf(epoch);
            order = o;
        }
        return o;
    }

    private Order orderOf(long epoch) {
        int n = data.size();
        return new Order(
                epoch,
                how.shuffle()
                        ? Seeds.permutation(n, Seeds.stream(how.seed(), Seeds.SHUFFLE, epoch))
                        : IntStream.range(0, n).toArray());
    }

    private long[] labels(int[] samples) {
        long[] labels = new long[data.labelled() ? samples.length : 0];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = data.label(samples[i]);
        }
        return labels;
    }

    private Tensor wholes(InputSpec spec, int input, int[] samples) {
        int n = spec.elements();
        long[] all = new long[Math.multiplyExact(n, samples.length)];
        for (int i = 0; i < samples.length; i++) {
            data.fill(samples[i], input, all, i * n);
        }
        Shape shape = batchOf(spec, samples.length);
        if (spec.dtype() == DType.INT64) {
            return Tensor.longs(shape, all);
        }
        ByteBuffer narrow = Tensor.allocate(DType.INT32, shape);
        for (long v : all) {
            narrow.putInt((int) v);
        }
        return Tensor.of(DType.INT32, shape, narrow.flip());
    }

    private Tensor floats(InputSpec spec, int input, int[] samples, long epoch) {
        int n = spec.elements();
        float[] all = new float[Math.multiplyExact(n, samples.length)];
        if (how.augmentation().isNone() && normalization.isNone()) {
            for (int i = 0; i < samples.length; i++) {
                data.fill(samples[i], input, all, i * n);
            }
        } else {
            Pixels pixels = Pixels.of(spec, normalization);
            float[] one = new float[n];
            for (int i = 0; i < samples.length; i++) {
                data.fill(samples[i], input, one, 0);
                pixels.apply(change(epoch, samples[i]), one, all, i * n);
            }
        }
        return Tensor.floats(batchOf(spec, samples.length), spec.channelsLast() ? channelsLast(spec, all) : all);
    }

    private static float[] channelsLast(InputSpec spec, float[] images) {
        int channels = Math.toIntExact(spec.shape().dim(0));
        int area = spec.elements() / Math.max(1, channels);
        float[] out = new float[images.length];
        for (int from = 0; from < images.length; from += spec.elements()) {
            for (int c = 0; c < channels; c++) {
                for (int i = 0; i < area; i++) {
                    out[from + i * channels + c] = images[from + c * area + i];
                }
            }
        }
        return out;
    }

    private Augmentation.Change change(long epoch, int sample) {
        return how.augmentation().isNone()
                ? Augmentation.Change.NONE
                : how.augmentation().draw(Seeds.stream(how.seed(), Seeds.AUGMENT, epoch, sample));
    }

    private static Shape batchOf(InputSpec spec, int size) {
        return Shape.of(
                Stream.concat(Stream.of((long) size), spec.taken().stream().boxed())
                        .toList());
    }

    /** A sample seen as channels of rows, with the scale and bias of each channel. */
    private record Pixels(int channels, int height, int width, float[] scale, float[] bias) {
        static Pixels of(InputSpec spec, Normalization normalization) {
            List<Long> dims = spec.shape().stream().boxed().toList();
            int channels = Math.toIntExact(dims.get(0));
            int width = dims.size() == 1 ? 1 : Math.toIntExact(dims.get(dims.size() - 1));
            int height = channels * width == 0 ? 0 : spec.elements() / channels / width;
            float[] scale = new float[channels];
            float[] bias = new float[channels];
            for (int c = 0; c < channels; c++) {
                double mean = normalization.isNone() ? 0 : normalization.mean().get(c);
                double std = normalization.isNone() ? 1 : normalization.std().get(c);
                scale[c] = (float) (1 / std);
                bias[c] = (float) (-mean / std);
            }
            return new Pixels(channels, height, width, scale, bias);
        }

        void apply(Augmentation.Change change, float[] from, float[] to, int at) {
            int area = height * width;
            for (int c = 0; c < channels; c++) {
                change.apply(from, c * area, to, at + c * area, height, width, scale[c], bias[c]);
            }
        }
    }
}
