package espalier.channel;

import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.op.Trace;
import java.util.List;
import java.util.Optional;

/** A node as its rule sees it: what comes in, with its labels, and what the rule decides about what goes out. */
final class Site {
    private final Node node;
    private final Labelling pass;

    Site(Node node, Labelling pass) {
        this.node = node;
        this.pass = pass;
    }

    Node node() {
        return node;
    }

    int opset() {
        return pass.opset();
    }

    int inputs() {
        return node.inputs().size();
    }

    boolean has(int i) {
        return node.hasInput(i);
    }

    int[] shape(int i) {
        return pass.shape(node.input(i));
    }

    int[] outShape(int i) {
        return pass.shape(node.output(i));
    }

    int outRank() {
        return outShape(0).length;
    }

    /** Labels of an input as they are known by now. */
    Labels in(int i) {
        return pass.labels(node.input(i));
    }

    /** Labels as they are known by now. */
    Labels now(Labels labels) {
        return labels.canonical(pass.units());
    }

    /** Whether removed elements of an input are zero in a masked model. */
    boolean isZero(int i) {
        return pass.isZero(node.input(i));
    }

    boolean isWeight(int i) {
        return has(i) && pass.isWeight(node.input(i));
    }

    /** The elements of an integer input that depends on no activation. */
    Optional<long[]> constant(int i) {
        Optional<Tensor> t = has(i) ? pass.trace().constant(node.input(i)) : Optional.empty();
        return t.map(Tensor::toLongs);
    }

    /** Integers that older opsets give as an attribute and newer ones as an input. */
    Optional<long[]> constant(String attribute, int input) {
        return node.has(attribute) ? node.intsAttr(attribute) : constant(input);
    }

    int axis(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    int axisAttr(long otherwise, int rank) {
        return axis(node.intAttr("axis", otherwise), rank);
    }

    /** Whether the size of an output's axis changes with the batch or another free size. */
    boolean isOpen(int output, int axis) {
        return pass.isOpen(node.output(output), axis);
    }

    Pin pin(String text) {
        return new Pin(node, text);
    }

    void out(int i, Labels labels) {
        if (!node.output(i).isEmpty()) {
            pass.put(node.output(i), labels);
        }
    }

    /** Labels of the first output, and whether what is removed from it is zero in a masked model. */
    void out(Labels labels, boolean zero) {
        out(0, labels);
        if (zero) {
            pass.zero(node.output(0));
        }
    }

    /** Output {@code i} is zero where input 0 is. */
    void zeroAs(int i) {
        if (isZero(0)) {
            pass.zero(node.output(i));
        }
    }

    /** New labels along an axis of the first output; none where there is nothing to choose. */
    Labels fresh(int axis, int size, int weight) {
        return pass.fresh(node, axis, size, node.input(weight));
    }

    void check(Check check) {
        pass.check(check);
    }

    /** Nothing may be taken along these axes. */
    void whole(Labels labels, int[] axes, String text) {
        if (labels.varying() > 0) {
            check(new Check.Whole(labels, axes, pin(text)));
        }
    }

    /** At once: labels may vary along one axis only, whatever lies along the others is one unit. */
    Labels only(Labels labels, int axis, String text) {
        Labels l = labels;
        for (int a = 0; a < l.rank(); a++) {
            if (a != axis && l.varies(a)) {
                pass.units().uniteOver(l, a, pin(text));
                l = l.canonical(pass.units());
            }
        }
        if (l.isUniform() && !l.isNone()) {
            pass.units().pinAll(l, pin(text));
            return Labels.none(l.rank());
        }
        return l;
    }

    void unite(Labels a, Labels b, String text) {
        pass.units().uniteAll(a, b, pin(text));
    }

    void uniteOver(Labels labels, int axis, String text) {
        pass.units().uniteOver(labels, axis, pin(text));
    }

    void keep(Labels labels, String text) {
        pass.units().pinAll(labels, pin(text));
    }

    /** Equally many must stay in each row of a two-dimensional array, and no row may go. */
    void rows(Labels rows, String text) {
        pass.rows(rows, pin(text));
    }

    void uses(int input, int[] view, List<Labels> labels, List<Role> roles) {
        pass.uses().add(new Use(node.input(input), node, view, labels, roles));
    }

    /** A constant of the given view is applied to a value by broadcasting. */
    void follows(int input, int[] view, Labels labels, Role role) {
        if (!has(input) || labels.varying() == 0) {
            return;
        }
        if (isWeight(input)) {
            Use use = new Use(node.input(input), node, view, List.of(), List.of());
            check(new Check.Follows(labels, use, role, pin("applies a constant that spans other axes")));
        } else {
            Labels operand = in(input).aligned(view.length);
            check(new Check.Meets(labels, operand, view, pin("combines it with values that stay")));
        }
    }

    /** No rule: all that comes in stays. */
    void keepAll(String text) {
        for (int i = 0; i < inputs(); i++) {
            if (has(i)) {
                keep(in(i), text);
            }
        }
    }

    Trace trace() {
        return pass.trace();
    }

    static int[] ints(Shape shape) {
        int[] d = new int[shape.rank()];
        for (int i = 0; i < d.length; i++) {
            d[i] = Math.toIntExact(shape.dim(i));
        }
        return d;
    }

    static int[] allBut(int rank, int... axes) {
        int[] rest = new int[rank - axes.length];
        int n = 0;
        for (int a = 0; a < rank; a++) {
            boolean kept = true;
            for (int b : axes) {
                kept &= a != b;
            }
            if (kept) {
                rest[n++] = a;
            }
        }
        return rest;
    }

    /** The first position along some axes, where nothing varies in the end. */
    static Labels first(Labels labels, int... axes) {
        Labels l = labels;
        for (int a : axes) {
            l = l.varies(a) ? l.take(a, new int[] {0}) : l;
        }
        return l;
    }
}
