package espalier.channel;

import espalier.graph.Attribute;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.Arrays;

/** Rewrites what one node says about sizes and positions, where a cut changes them. */
final class NodeCut {
    private final Node node;
    private final Choice choice;
    private final Labelling labelling;
    private final Constants constants;

    private NodeCut(Node node, Choice choice, Constants constants) {
        this.node = node;
        this.choice = choice;
        this.labelling = choice.groups().labelling();
        this.constants = constants;
    }

    static Node of(Node node, Choice choice, Constants constants) {
        return new NodeCut(node, choice, constants).apply();
    }

    private Node apply() {
        if (!node.isStandard() || !(isTouched(node.input(0)) || isTouched(node.output(0)))) {
            return node;
        }
        return switch (node.opType()) {
            case "Conv", "ConvTranspose" -> convolution();
            case "Reshape" -> reshape();
            case "Expand" -> expand();
            case "Resize" -> resize();
            case "Slice" -> slice();
            case "Split" -> split();
            case "Gather" -> gather();
            case "Squeeze" -> squeeze();
            default -> node;
        };
    }

    private boolean isTouched(String value) {
        return choice.touches(choice.groups().units(value));
    }

    private int[] kept(String value) {
        return Extent.kept(labelling.shape(value), choice.groups().units(value), choice);
    }

    private boolean[] keptAlong(int axis) {
        String x = node.input(0);
        return Extent.keptAlong(labelling.shape(x)[axis], axis, choice.groups().units(x), choice);
    }

    private String wish(String what) {
        return node.id() + "_" + what;
    }

    /** A depthwise convolution has as many groups as channels. */
    private Node convolution() {
        int channels = labelling.shape(node.input(0))[1];
        return node.intAttr("group", 1) == channels && channels > 1
                ? node.with("group", Attribute.of(kept(node.input(0))[1]))
                : node;
    }

    /**
     * Sizes that are free: the one that also loses channels, or else the only one, becomes -1; others stay computed. Entries that copy
     * or infer a size go on doing so where that gives the right one.
     */
    private Node reshape() {
        int[] in = kept(node.input(0));
        int[] out = kept(node.output(0));
        long[] target = constant(1);
        boolean[] open = open(1);
        int inferred = inferred(target, open);
        for (int i = 0; i < target.length; i++) {
            boolean copied = target[i] == 0 && i < in.length && in[i] == out[i] && i != inferred;
            boolean stays = target[i] == -1 && inferred < 0;
            if (i == inferred) {
                target[i] = -1;
                open[i] = false;
            } else if (!open[i] && !copied && !stays) {
                target[i] = out[i];
            }
        }
        return node.without("allowzero").withInput(1, vector(1, target, open));
    }

    private int inferred(long[] target, boolean[] open) {
        int only = -1;
        boolean taken = count(open) != 1;
        for (int i = 0; i < target.length; i++) {
            if (labelling.isOpen(node.output(0), i)) {
                if (choice.groups().units(node.output(0)).varies(i)) {
                    return i;
                }
                taken |= target[i] == -1;
                only = open[i] ? i : only;
            }
        }
        return taken ? -1 : only;
    }

    private Node expand() {
        int[] out = kept(node.output(0));
        long[] sizes = constant(1);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = sizes[i] == 1 ? 1 : out[out.length - sizes.length + i];
        }
        return node.withInput(1, vector(1, sizes, open(1)));
    }

    private Node resize() {
        if (!node.hasInput(3)) {
            return node;
        }
        int[] out = kept(node.output(0));
        long[] sizes = constant(3);
        long[] axes = node.intsAttr("axes").orElse(null);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = out[axes == null ? i : axis(axes[i], out.length)];
        }
        return node.withInput(3, vector(3, sizes, open(3)));
    }

    private Node slice() {
        boolean attributes = node.has("starts");
        long[] starts = attributes ? node.intsAttr("starts").orElseThrow() : constant(1);
        long[] ends = attributes ? node.intsAttr("ends").orElseThrow() : constant(2);
        long[] axes = attributes ? node.intsAttr("axes").orElse(null) : node.hasInput(3) ? constant(3) : null;
        int[] shape = labelling.shape(node.input(0));
        boolean changed = false;
        for (int i = 0; i < starts.length; i++) {
            int axis = axis(axes == null ? i : axes[i], shape.length);
            if (choice.groups().units(node.input(0)).varies(axis)) {
                boolean[] kept = keptAlong(axis);
                starts[i] = Extent.before(kept, wrapped(starts[i], shape[axis]));
                ends[i] = Extent.before(kept, wrapped(ends[i], shape[axis]));
                changed = true;
            }
        }
        if (!changed) {
            return node;
        }
        return attributes
                ? node.with("starts", Attribute.ints(starts)).with("ends", Attribute.ints(ends))
                : node.withInput(1, vector(1, starts, open(1))).withInput(2, vector(2, ends, open(2)));
    }

    private static long wrapped(long position, int size) {
        return Math.max(0, position < 0 ? position + size : position);
    }

    private Node split() {
        int axis = axis(node.intAttr("axis", 0), labelling.shape(node.input(0)).length);
        if (!choice.groups().units(node.input(0)).varies(axis)) {
            return node;
        }
        long[] sizes = new long[node.outputs().size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = kept(node.output(i))[axis];
        }
        return labelling.opset() < 13
                ? node.with("split", Attribute.ints(sizes))
                : node.without("num_outputs").withInput(1, constants.add(wish("split"), Tensor.longs(sizes)));
    }

    private Node gather() {
        int axis = axis(node.intAttr("axis", 0), labelling.shape(node.input(0)).length);
        if (!choice.groups().units(node.input(0)).varies(axis)) {
            return node;
        }
        Tensor old = labelling.trace().constant(node.input(1)).orElseThrow();
        boolean[] kept = keptAlong(axis);
        long[] index = old.toLongs();
        int n = 0;
        for (long i : index) {
            int at = (int) wrapped(i, kept.length);
            if (kept[at]) {
                index[n++] = Extent.before(kept, at);
            }
        }
        Shape shape = old.shape().rank() == 0 ? Shape.SCALAR : Shape.of(n);
        Tensor fewer = Tensor.longs(shape, Arrays.copyOf(index, n));
        return node.withInput(1, constants.add(wish("indices"), like(old, fewer)));
    }

    /** Without axes it would also drop one that the cut leaves with size 1. */
    private Node squeeze() {
        if (node.has("axes") || node.hasInput(1)) {
            return node;
        }
        int[] shape = labelling.shape(node.input(0));
        long[] axes = new long[shape.length];
        int n = 0;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 1) {
                axes[n++] = i;
            }
        }
        axes = Arrays.copyOf(axes, n);
        return labelling.opset() < 13
                ? node.with("axes", Attribute.ints(axes))
                : node.withInput(1, constants.add(wish("axes"), Tensor.longs(axes)));
    }

    private static int axis(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    private long[] constant(int input) {
        return labelling.trace().constant(node.input(input)).orElseThrow().toLongs();
    }

    /** Which entries of an integer input depend on free sizes. */
    private boolean[] open(int input) {
        long[] one = constant(input);
        long[] other =
                labelling.otherSizes().constant(node.input(input)).orElseThrow().toLongs();
        boolean[] open = new boolean[one.length];
        for (int i = 0; i < open.length; i++) {
            open[i] = one[i] != other[i];
        }
        return open;
    }

    private static int count(boolean[] flags) {
        int n = 0;
        for (boolean f : flags) {
            n += f ? 1 : 0;
        }
        return n;
    }

    private String vector(int input, long[] values, boolean[] open) {
        Tensor old = labelling.trace().constant(node.input(input)).orElseThrow();
        return count(open) == 0
                ? constants.add(wish("sizes"), like(old, Tensor.longs(values)))
                : constants.mixed(wish("sizes"), node.input(input), open, values);
    }

    /** In the integer type that the node had before. */
    private static Tensor like(Tensor old, Tensor longs) {
        if (old.dtype() == longs.dtype()) {
            return longs;
        }
        java.nio.ByteBuffer data = Tensor.allocate(old.dtype(), longs.shape());
        for (long v : longs.toLongs()) {
            data.putInt((int) v);
        }
        return Tensor.of(old.dtype(), longs.shape(), data.flip());
    }
}
