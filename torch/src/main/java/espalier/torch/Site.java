package espalier.torch;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.op.Trace;
import espalier.op.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A node while a plan is made: its attributes, and the shapes, types and host constants around it. */
final class Site {
    private final Node node;
    private final int opset;
    private final Trace trace;
    private final Mode mode;
    private final Precision precision;
    private final Predicate<String> isLearned;
    private final Predicate<String> isSpent;
    private final Predicate<String> isRead;
    private final List<Pointer> kept = new ArrayList<>();

    Site(
            Node node,
            int opset,
            Trace trace,
            Mode mode,
            Precision precision,
            Predicate<String> isLearned,
            Predicate<String> isSpent,
            Predicate<String> isRead) {
        this.node = node;
        this.opset = opset;
        this.trace = trace;
        this.mode = mode;
        this.precision = precision;
        this.isLearned = isLearned;
        this.isSpent = isSpent;
        this.isRead = isRead;
    }

    Node node() {
        return node;
    }

    int opset() {
        return opset;
    }

    boolean training() {
        return mode == Mode.TRAIN;
    }

    Precision precision() {
        return precision;
    }

    boolean has(int input) {
        return node.hasInput(input);
    }

    int inputs() {
        return node.inputs().size();
    }

    /** Whether output {@code i} has a name, read or not. */
    boolean names(int i) {
        return !node.output(i).isEmpty();
    }

    /** Whether somebody reads output {@code i}. */
    boolean wants(int i) {
        return isRead.test(node.output(i));
    }

    /** Whether nobody needs an input afterwards, neither another node nor the gradient of the one that made it. */
    boolean mayOverwrite(int input) {
        return isSpent.test(node.input(input));
    }

    Shape shape(int input) {
        return trace.shape(node.input(input));
    }

    int rank(int input) {
        return shape(input).rank();
    }

    DType dtype(int input) {
        return trace.dtype(node.input(input));
    }

    Shape output() {
        return trace.shape(node.output(0));
    }

    Shape output(int i) {
        return trace.shape(node.output(i));
    }

    /** The type in which output {@code i} is computed. */
    ScalarType outputType(int i) {
        return precision.carrier(Tensors.exact(trace.dtype(node.output(i))));
    }

    /** The declared type of output {@code i}, in which its values are rounded; double precision is never rounded. */
    ScalarType rounding(int i) {
        ScalarType declared = Tensors.exact(trace.dtype(node.output(i)));
        return precision == Precision.DOUBLE ? precision.carrier(declared) : declared;
    }

    /** The contents of an input that does not change between runs and is not learned. */
    Optional<espalier.graph.Tensor> known(int input) {
        return has(input) && !isLearned.test(node.input(input)) ? trace.constant(node.input(input)) : Optional.empty();
    }

    /** The contents of an input that must not change between runs. */
    espalier.graph.Tensor host(int input) {
        return known(input).orElseThrow(() -> error("input %d ('%s') must be a constant", input, node.input(input)));
    }

    long[] hostLongs(int input) {
        return host(input).toLongs();
    }

    /** Integers that older opsets give as an attribute and newer ones as an input. */
    Optional<long[]> longs(String attribute, int input) {
        return node.has(attribute)
                ? node.intsAttr(attribute)
                : has(input) ? Optional.of(hostLongs(input)) : Optional.empty();
    }

    /** The attribute {@code axis} counted from the front of input 0. */
    int axis(long otherwise) {
        return shape(0).axis(Math.toIntExact(node.intAttr("axis", otherwise)));
    }

    /** Axes of input 0 counted from the front: the given ones, or the first {@code n}. */
    int[] axes(Optional<long[]> given, int n) {
        int[] axes = new int[n];
        for (int i = 0; i < n; i++) {
            axes[i] = given.isPresent() ? shape(0).axis(Math.toIntExact(given.get()[i])) : i;
        }
        return axes;
    }

    long intAttr(String attribute, long otherwise) {
        return node.intAttr(attribute, otherwise);
    }

    double realAttr(String attribute, double otherwise) {
        return node.realAttr(attribute, (float) otherwise);
    }

    boolean flag(String attribute, boolean otherwise) {
        return node.intAttr(attribute, otherwise ? 1 : 0) != 0;
    }

    /** The window of a convolution or pool over input 0. */
    Window window(long[] kernel) {
        return Window.of(node, shape(0), kernel);
    }

    /** A number that lives as long as the plan. */
    Scalar scalar(double value) {
        return keep(new Scalar(value));
    }

    /** A whole number that lives as long as the plan; it does not turn integers into floats. */
    Scalar scalar(long value) {
        return keep(new Scalar(value));
    }

    /** The scalar attribute as a number that lives as long as the plan. */
    Scalar scalarAttr(String attribute, double otherwise) {
        return scalar(realAttr(attribute, otherwise));
    }

    /** A constant that lives as long as the plan. */
    Tensor constant(espalier.graph.Tensor host) {
        return keep(Tensors.of(host, precision.carrier(Tensors.exact(host.dtype()))));
    }

    /** Ties a native object to the life of the plan. */
    <P extends Pointer> P keep(P pointer) {
        pointer.retainReference();
        kept.add(pointer);
        return pointer;
    }

    List<Pointer> kept() {
        return kept;
    }

    BadInputException error(String template, Object... arguments) {
        return new BadInputException(
                node.label() + ": " + BadInputException.of(template, arguments).getMessage());
    }
}
