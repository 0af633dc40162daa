package espalier.calibrate;

import espalier.graph.Shape;
import espalier.op.Window;
import espalier.torch.Tensors;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A layer as the product of a matrix: some positions of its output, and for each the inputs it is computed from.
 *
 * @param inputs [rows, features], the features of a row in the order of a filter's weights
 * @param outputs [rows, channels], bias included
 */
record Rows(Tensor inputs, Tensor outputs) {

    /**
     * @param x the layer's input, samples first
     * @param y the same layer's output, possibly that of another network
     * @param positions how many of each sample's positions, chosen at random; all if there are no more
     */
    static Rows of(Layer layer, Shape weight, Tensor x, Tensor y, int positions, SplittableRandom random) {
        if (!layer.isConvolution()) {
            long[] at = chosen(x.size(0), x.numel() / x.size(0) / x.size(-1), positions, random);
            return new Rows(pick(x.reshape(-1, x.size(-1)), at), pick(y.reshape(-1, y.size(-1)), at));
        }
        Shape in = Shape.of(Tensors.shape(x));
        Window window = Window.of(layer.node(), in, Arrays.copyOfRange(weight.toArray(), 2, weight.rank()));
        long perSample = Arrays.stream(window.output()).reduce(1, (a, b) -> a * b);
        long[] at = chosen(x.size(0), perSample, positions, random);
        Tensor channelsLast = y.flatten(2, -1).transpose(1, 2).reshape(-1, y.size(1));
        return new Rows(patches(x, window, at, perSample), pick(channelsLast, at));
    }

    /** Positions counted over all samples. */
    private static long[] chosen(long samples, long perSample, int positions, SplittableRandom random) {
        int each = (int) Math.min(positions, perSample);
        long[] at = new long[Math.toIntExact(samples * each)];
        for (int i = 0; i < at.length; i++) {
            at[i] = i / each * perSample + (each == perSample ? i % each : random.nextLong(perSample));
        }
        return at;
    }

    private static Tensor pick(Tensor rows, long[] at) {
        return torch.index_select(rows, 0, Tensors.of(espalier.graph.Tensor.longs(at)));
    }

    /** What a window sees: channels, then the positions in the window. */
    private static Tensor patches(Tensor x, Window w, long[] at, long perSample) {
        Tensor padded = padded(x, w);
        long[] size = Tensors.shape(padded);
        long kernel = Arrays.stream(w.kernel()).reduce(1, (a, b) -> a * b);
        long pixels = padded.numel() / size[0] / size[1];
        long[] index = new long[Math.toIntExact(at.length * kernel)];
        for (int i = 0; i < index.length; i++) {
            long position = at[(int) (i / kernel)];
            index[i] = position / perSample * pixels + pixel(w, size, position % perSample, i % kernel);
        }
        Tensor pixelsFirst = padded.flatten(2, -1).transpose(1, 2).reshape(-1, size[1]);
        return pick(pixelsFirst, index)
                .view(at.length, kernel, size[1])
                .transpose(1, 2)
                .reshape(at.length, kernel * size[1]);
    }

    /** The pixel of the padded image under one element of the window at one output position. */
    private static long pixel(Window w, long[] size, long output, long element) {
        long pixel = 0;
        long step = 1;
        long out = output;
        long in = element;
        for (int axis = w.output().length - 1; axis >= 0; axis--) {
            long along = out % w.output()[axis] * w.strides()[axis] + in % w.kernel()[axis] * w.dilations()[axis];
            pixel += along * step;
            step *= size[axis + 2];
            out /= w.output()[axis];
            in /= w.kernel()[axis];
        }
        return pixel;
    }

    private static Tensor padded(Tensor x, Window w) {
        int n = w.begin().length;
        long[] pads = new long[2 * n];
        for (int i = 0; i < n; i++) {
            pads[2 * (n - 1 - i)] = w.begin()[i];
            pads[2 * (n - 1 - i) + 1] = w.end()[i];
        }
        return torch.constant_pad_nd(x, pads, new Scalar(0));
    }
}
