package espalier.op;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node together with what a {@link Trace} knows of its inputs: all that a rule may look at. */
final class Site {
    private final Node node;
    private final int opset;
    private final Trace trace;

    Site(Node node, int opset, Trace trace) {
        this.node = node;
        this.opset = opset;
        this.trace = trace;
    }

    Node node() {
        return node;
    }

    int opset() {
        return opset;
    }

    boolean has(int i) {
        return node.hasInput(i);
    }

    int inputs() {
        return node.inputs().size();
    }

    TensorType type(int i) {
        if (!has(i)) {
            throw error("input %d is missing", i);
        }
        return trace.type(node.input(i)).orElseThrow(() -> NotKnown.SIGNAL);
    }

    /** The type of one of the node's outputs, where its rule has found it. */
    Optional<TensorType> known(String output) {
        return trace.type(output);
    }

    Shape shape(int i) {
        return type(i).shape();
    }

    DType dtype(int i) {
        return type(i).dtype();
    }

    Tensor constant(int i) {
        if (!has(i)) {
            throw error("input %d is missing", i);
        }
        return trace.constant(node.input(i)).orElseThrow(() -> NotKnown.SIGNAL);
    }

    /** The known contents of an integer input; a scalar counts as a vector of one. */
    long[] longs(int i) {
        Tensor t = constant(i);
        if (t.shape().rank() > 1) {
            throw error("input %d must be a vector, but has shape %s", i, t.shape());
        }
        return Numbers.longs(t);
    }

    /** Integers that older opsets give as an attribute and newer ones as an input. */
    Optional<long[]> longs(String attribute, int input) {
        if (node.has(attribute)) {
            return node.intsAttr(attribute);
        }
        return has(input) ? Optional.of(longs(input)) : Optional.empty();
    }

    /** Axes of a value of {@code rank} axes, counted from the front. */
    int[] axes(long[] axes, int rank) {
        int[] out = new int[axes.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = axis(axes[i], rank);
        }
        return out;
    }

    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw error("axis %d is outside %d axes", axis, rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** The attribute {@code axis} for a value of {@code rank} axes. */
    int axisAttr(long otherwise, int rank) {
        return axis(node.intAttr("axis", otherwise), rank);
    }

    /** Integers of an attribute, or {@code n} times {@code otherwise}. */
    long[] intsAttr(String attribute, int n, long otherwise) {
        return Window.ints(node, attribute, n, otherwise);
    }

    /** The element type an attribute names by number. */
    Optional<DType> dtypeAttr(String attribute) {
        long code = node.intAttr(attribute, 0);
        return code == 0 ? Optional.empty() : Optional.of(DType.of(Math.toIntExact(code)));
    }

    float[] reals(String attribute) {
        if (!(node.attributes().get(attribute) instanceof Attribute.Reals r)) {
            throw error("attribute '%s' must be a list of floats", attribute);
        }
        float[] out = new float[r.values().size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = r.values().get(i);
        }
        return out;
    }

    void requireRank(int input, int least) {
        if (shape(input).rank() < least) {
            throw error("input %d has shape %s, but at least %d axes are needed", input, shape(input), least);
        }
    }

    /** The type of input 0, unchanged. */
    List<TensorType> same() {
        return List.of(type(0));
    }

    /** One output of input 0's element type. */
    List<TensorType> like(Shape shape) {
        return List.of(new TensorType(dtype(0), shape));
    }

    List<TensorType> like(long... dims) {
        return like(Shape.of(dims));
    }

    /** All inputs in order, all of them known. */
    List<Tensor> constants() {
        List<Tensor> all = new ArrayList<>(inputs());
        for (int i = 0; i < inputs(); i++) {
            all.add(constant(i));
        }
        return all;
    }

    BadInputException error(String template, Object... arguments) {
        return BadInputException.of(template, arguments);
    }
}
