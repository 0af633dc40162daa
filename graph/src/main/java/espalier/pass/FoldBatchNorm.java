package espalier.pass;

import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Merges batch normalizations into the layers before them, as inference does: one operator less, and the same result. It requires
 * weights that are initializers, as {@link Passes#beforeTraining()} leaves them.
 *
 * <ol>
 *   <li>The layer is a {@code Conv}, {@code ConvTranspose} or {@code Gemm}, or a {@code MatMul} of matrices with or without an {@code
 *       Add} of a bias, and the normalization alone reads its result.
 *   <li>The layer's output takes the name of the normalization's, whose value it has.
 *   <li>The weight keeps its name, and so does a bias that nobody else reads.
 *   <li>Left alone: layers whose weight is computed, in half precision or read elsewhere; layers whose result is an output of the
 *       graph; normalizations in training mode; a product that is not known to be a matrix, for its channels may lie elsewhere.
 * </ol>
 */
public record FoldBatchNorm() implements Pass {
    @Override
    public Model apply(Model model) {
        Folding f = new Folding(model);
        Graph graph = model.graph();
        boolean changed = false;
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node n = graph.nodes().get(i);
            Optional<Affine> affine = Affine.of(n, graph);
            if (affine.isPresent() && f.isReadOnce(n.input(0))) {
                changed |= fold(f, n, affine.get());
            }
        }
        return changed ? f.model() : model;
    }

    private static boolean fold(Folding f, Node norm, Affine affine) {
        Optional<Node> layer = f.maker(norm.input(0));
        return switch (layer.filter(Node::isStandard).map(Node::opType).orElse("")) {
            case "Conv" -> convolution(f, layer.get(), norm, affine);
            case "ConvTranspose" -> transposed(f, layer.get(), norm, affine);
            case "Gemm" -> gemm(f, layer.get(), norm, affine);
            case "Add" -> sum(f, layer.get(), norm, affine);
            case "MatMul" -> product(f, layer.get(), norm, affine);
            default -> false;
        };
    }

    /** Weight [O, I / group, kernel...]. */
    private static boolean convolution(Folding f, Node layer, Node norm, Affine affine) {
        Optional<Tensor> w = f.own(layer.input(1));
        if (w.isEmpty() || w.get().shape().dim(0) != affine.channels()) {
            return false;
        }
        int perFilter = (int) (w.get().elements() / affine.channels());
        return withBias(f, layer, norm, affine, 1, i -> i / perFilter);
    }

    /** Weight [I, O / group, kernel...]: the filters of a group are spread over the group's inputs. */
    private static boolean transposed(Folding f, Node layer, Node norm, Affine affine) {
        Optional<Tensor> w = f.own(layer.input(1));
        int group = (int) layer.intAttr("group", 1);
        if (w.isEmpty() || w.get().shape().dim(1) * group != affine.channels()) {
            return false;
        }
        int filters = (int) w.get().shape().dim(1);
        int inputs = (int) w.get().shape().dim(0);
        int perInput = (int) (w.get().elements() / inputs);
        int kernel = perInput / filters;
        int perGroup = inputs / group;
        return withBias(f, layer, norm, affine, 1, i -> i / perInput / perGroup * filters + i % perInput / kernel);
    }

    /** y = alpha x W + beta c: alpha stays outside the weight, beta goes into the bias. */
    private static boolean gemm(Folding f, Node layer, Node norm, Affine affine) {
        Optional<Tensor> w = f.own(layer.input(1));
        boolean rows = layer.intAttr("transB", 0) != 0;
        if (w.isEmpty() || w.get().shape().dim(rows ? 0 : 1) != affine.channels()) {
            return false;
        }
        int columns = (int) w.get().shape().dim(1);
        double beta = layer.realAttr("beta", 1);
        return withBias(f, layer, norm, affine, beta, i -> rows ? i / columns : i % columns);
    }

    private static boolean withBias(
            Folding f, Node layer, Node norm, Affine affine, double beta, IntUnaryOperator channel) {
        Optional<double[]> bias = f.bias(layer.input(2), affine);
        if (bias.isEmpty()) {
            return false;
        }
        Tensor w = f.initializer(layer.input(1));
        f.put(layer.input(1), affine.scaled(w, channel));
        Node folded = f.withBias(layer, 2, affine.shifted(w.dtype(), bias.get(), beta));
        f.replace(layer, folded.without("beta").withOutputs(List.of(norm.output(0))));
        f.remove(norm);
        return true;
    }

    /** A product, then a bias. */
    private static boolean sum(Folding f, Node add, Node norm, Affine affine) {
        int side = f.maker(add.input(0)).isPresent() ? 0 : 1;
        Optional<Node> product = f.maker(add.input(side)).filter(n -> n.is("MatMul") && f.isReadOnce(n.output(0)));
        Optional<double[]> bias = f.bias(add.input(1 - side), affine);
        if (product.isEmpty() || bias.isEmpty() || !scale(f, product.get(), affine)) {
            return false;
        }
        Tensor w = f.initializer(product.get().input(1));
        Node folded = f.withBias(add, 1 - side, affine.shifted(w.dtype(), bias.get(), 1));
        f.replace(add, folded.withOutputs(List.of(norm.output(0))));
        f.remove(norm);
        return true;
    }

    /** A product without a bias gets one where the normalization was. */
    private static boolean product(Folding f, Node product, Node norm, Affine affine) {
        if (!scale(f, product, affine)) {
            return false;
        }
        Tensor w = f.initializer(product.input(1));
        Node add = Node.of("Add", List.of(norm.input(0), ""), norm.output(0)).withName(norm.name());
        f.replace(norm, f.withBias(add, 1, affine.shifted(w.dtype(), new double[] {0}, 1)));
        return true;
    }

    private static boolean scale(Folding f, Node product, Affine affine) {
        Optional<Tensor> w = f.own(product.input(1));
        boolean fits = w.isPresent()
                && w.get().shape().rank() == 2
                && w.get().shape().dim(1) == affine.channels()
                && f.isMatrix(product.input(0));
        if (fits) {
            f.put(product.input(1), affine.scaled(w.get(), i -> i % affine.channels()));
        }
        return fits;
    }
}
