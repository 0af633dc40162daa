package espalier.op;

import espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Multiply-adds of the operators that multiply weights or matrices; padding counts as if it were data, biases not at all. */
final class Macs {
    private static final Map<String, ToLongFunction<Site>> RULES = Map.ofEntries(
            Map.entry("Conv", s -> convolution(s, 1)),
            Map.entry("ConvInteger", s -> convolution(s, 1)),
            Map.entry("DeformConv", s -> convolution(s, 1)),
            Map.entry("QLinearConv", s -> convolution(s, 3)),
            Map.entry("ConvTranspose", Macs::transposed),
            Map.entry("Gemm", s -> Math.multiplyExact(output(s).elements(), inner(s))),
            Map.entry("MatMul", Macs::product),
            Map.entry("MatMulInteger", Macs::product),
            Map.entry("QLinearMatMul", Macs::product),
            Map.entry("Einsum", Macs::einsum),
            Map.entry("Attention", s -> Attention.of(s).macs()),
            Map.entry("RNN", Macs::recurrent),
            Map.entry("GRU", Macs::recurrent),
            Map.entry("LSTM", Macs::recurrent));

    private Macs() {}

    /**
     * Multiply-adds of a node, 0 for operators that do not multiply.
     *
     * @throws NotKnown where its shapes are not known
     */
    static long of(Site s) {
        ToLongFunction<Site> rule = s.node().isStandard() ? RULES.get(s.node().opType()) : null;
        return rule == null ? 0 : rule.applyAsLong(s);
    }

    private static Shape output(Site s) {
        return s.known(s.node().output(0)).orElseThrow(() -> NotKnown.SIGNAL).shape();
    }

    /** Every output element sums C/group times the kernel's size. */
    private static long convolution(Site s, int weight) {
        Shape w = s.shape(weight);
        return Math.multiplyExact(output(s).elements(), perFilter(w));
    }

    private static long transposed(Site s) {
        return Math.multiplyExact(s.shape(0).elements(), perFilter(s.shape(1)));
    }

    private static long perFilter(Shape w) {
        return w.dim(0) == 0 ? 0 : w.elements() / w.dim(0);
    }

    private static long inner(Site s) {
        return s.shape(0).dim(s.node().intAttr("transA", 0) != 0 ? 0 : 1);
    }

    private static long product(Site s) {
        return Math.multiplyExact(output(s).elements(), s.shape(0).dim(-1));
    }

    /** The product of all labels; with one operand nothing is multiplied. */
    private static long einsum(Site s) {
        if (s.inputs() < 2) {
            return 0;
        }
        List<Shape> operands = MatrixShapes.shapes(s);
        long all = 1;
        for (long size : Einsum.of(s.node(), operands).sizes().values()) {
            all = Math.multiplyExact(all, size);
        }
        return Math.multiplyExact(all, s.inputs() - 1L);
    }

    /** Both weight matrices once per step and sequence. */
    private static long recurrent(Site s) {
        Shape x = s.shape(0);
        long weights = Math.addExact(s.shape(1).elements(), s.shape(2).elements());
        return Math.multiplyExact(Math.multiplyExact(x.dim(0), x.dim(1)), weights);
    }
}
