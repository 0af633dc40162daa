package espalier.op;

import espalier.graph.BadInputException;
import espalier.graph.Node;
import espalier.graph.Shape;
import java.util.Arrays;

/**
 * A sliding window over the spatial axes of an input [N, C, D1, ..., Dn], as convolutions and pools move it, with {@code auto_pad}
 * and defaults resolved. Every array has one entry per spatial axis.
 *
 * @param kernel size of the window, before dilation
 * @param strides steps between windows
 * @param dilations steps between elements of a window
 * @param begin padding before the first element; negative padding crops
 * @param end padding behind the last element; in {@code ceil_mode} the last window may reach beyond it
 * @param output number of windows
 */
public record Window(long[] kernel, long[] strides, long[] dilations, long[] begin, long[] end, long[] output) {

    /**
     * The window of a convolution or pool.
     *
     * @param node has strides, dilations, pads, auto_pad and ceil_mode
     * @param x the input's shape
     * @param kernel window size
     * @throws BadInputException where the window does not fit into the padded input
     */
    public static Window of(Node node, Shape x, long[] kernel) {
        int n = x.rank() - 2;
        if (n < 1 || kernel.length != n) {
            throw BadInputException.of("a window of %s does not fit an input of shape %s", Arrays.toString(kernel), x);
        }
        long[] pads = ints(node, "pads", 2 * n, 0);
        Window w = new Window(
                kernel,
                positive(ints(node, "strides", n, 1)),
                positive(ints(node, "dilations", n, 1)),
                Arrays.copyOf(pads, n),
                Arrays.copyOfRange(pads, n, 2 * n),
                new long[n]);
        String autoPad = node.textAttr("auto_pad", "NOTSET");
        boolean ceil = node.intAttr("ceil_mode", 0) != 0;
        for (int i = 0; i < n; i++) {
            w.place(i, x.dim(i + 2), autoPad, ceil);
        }
        return w;
    }

    private void place(int i, long in, String autoPad, boolean ceil) {
        long span = span(i);
        if (autoPad.startsWith("SAME")) {
            output[i] = (in + strides[i] - 1) / strides[i];
            long total = Math.max(0, (output[i] - 1) * strides[i] + span - in);
            begin[i] = autoPad.equals("SAME_LOWER") ? total - total / 2 : total / 2;
            end[i] = total - begin[i];
            return;
        }
        if (autoPad.equals("VALID")) {
            begin[i] = 0;
            end[i] = 0;
        }
        long room = in + begin[i] + end[i] - span;
        if (room < 0) {
            throw BadInputException.of(
                    "a window of %d does not fit into %d elements on spatial axis %d", span, room + span, i);
        }
        output[i] = (ceil ? (room + strides[i] - 1) / strides[i] : room / strides[i]) + 1;
        if (ceil && (output[i] - 1) * strides[i] >= in + begin[i]) {
            output[i]--; // a window must not start in the padding behind the input
        }
    }

    /**
     * The window of a transposed convolution: {@code output} is the size of its output, the pads are cut from it. With {@code
     * output_shape} or {@code auto_pad} the pads follow from the size, the odd one at the end for SAME_UPPER.
     */
    public static Window transposed(Node node, Shape x, long[] kernel) {
        int n = kernel.length;
        long[] pads = ints(node, "pads", 2 * n, 0);
        long[] extra = ints(node, "output_padding", n, 0);
        Window w = new Window(
                kernel,
                positive(ints(node, "strides", n, 1)),
                positive(ints(node, "dilations", n, 1)),
                Arrays.copyOf(pads, n),
                Arrays.copyOfRange(pads, n, 2 * n),
                new long[n]);
        String autoPad = node.textAttr("auto_pad", "NOTSET");
        long[] wanted = node.intsAttr("output_shape").orElse(new long[0]);
        for (int i = 0; i < n; i++) {
            long in = x.dim(i + 2);
            long full = Math.multiplyExact(w.strides[i], in - 1) + extra[i] + w.span(i);
            if (wanted.length > 0) {
                w.cutTo(i, full, wanted[wanted.length - n + i], autoPad);
            } else if (autoPad.startsWith("SAME")) {
                long same = Math.multiplyExact(in, w.strides[i]);
                if (same > full) {
                    throw BadInputException.of(
                            "auto_pad %s asks for %d elements on spatial axis %d, but %d are made: give pads instead",
                            autoPad, same, i, full);
                }
                w.cutTo(i, full, same, autoPad);
            } else {
                w.output[i] = full - w.begin[i] - w.end[i];
            }
        }
        return w;
    }

    private void cutTo(int i, long full, long size, String autoPad) {
        long total = Math.max(0, full - size);
        begin[i] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        end[i] = total - begin[i];
        output[i] = size;
    }

    /** Elements from the first to the last of a window on axis {@code i}. */
    public long span(int i) {
        return Math.addExact(Math.multiplyExact(dilations[i], kernel[i] - 1), 1);
    }

    /** The pads in ONNX order: all begins, then all ends. */
    public long[] pads() {
        long[] p = Arrays.copyOf(begin, 2 * begin.length);
        System.arraycopy(end, 0, p, begin.length, end.length);
        return p;
    }

    /** [batch, channels, output...]. */
    Shape outputShape(long batch, long channels) {
        long[] d = new long[output.length + 2];
        d[0] = batch;
        d[1] = channels;
        System.arraycopy(output, 0, d, 2, output.length);
        return Shape.of(d);
    }

    static long[] ints(Node node, String attribute, int n, long otherwise) {
        if (!node.has(attribute)) {
            long[] d = new long[n];
            Arrays.fill(d, otherwise);
            return d;
        }
        long[] v = node.intsAttr(attribute).orElseThrow();
        if (v.length != n) {
            throw BadInputException.of("attribute '%s' has %d entries, expected %d", attribute, v.length, n);
        }
        return v;
    }

    static long[] positive(long[] v) {
        for (long x : v) {
            if (x < 1) {
                throw BadInputException.of("strides, dilations and kernels must be positive: %s", Arrays.toString(v));
            }
        }
        return v;
    }
}
