package espalier.op;

import espalier.graph.DType;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Operators computed while tracing, because shapes may depend on them: integer arithmetic, movement of elements, and the same on
 * few floats (the scales of a Resize). Large tensors are left alone, and all when the results of one trace have become large together.
 */
final class HostEval {
    static final int MOST_INTEGERS = 65_536;
    static final int MOST_FLOATS = 1_024;
    static final long MOST_BYTES = 64L << 20;
    private static final List<HostTable> TOPICS = List.of(
            new HostConstants(), new HostArithmetic(), new HostMovement(), new HostIndexing(), new HostReduce());

    private HostEval() {}

    static Optional<HostFunction> of(Node node) {
        if (node.isStandard()) {
            for (HostTable topic : TOPICS) {
                HostFunction f = topic.function(node.opType());
                if (f != null) {
                    return Optional.of(f);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The outputs of a node, or nothing where the host does not compute it.
     *
     * @param room how many more bytes a trace may compute; {@link Long#MAX_VALUE} for tensors of any size
     * @throws NotKnown where an input is not a constant
     */
    static Optional<List<Tensor>> evaluate(Site site, long room) {
        Node node = site.node();
        Optional<HostFunction> f = of(node);
        boolean any = room == Long.MAX_VALUE || HostConstants.needsNoContents(node);
        if (f.isEmpty() || (!any && (room <= 0 || !isSmall(site)))) {
            return Optional.empty();
        }
        return Optional.of(f.get().outputs(site));
    }

    private static boolean isSmall(Site site) {
        long most = 0;
        for (int i = 0; i < site.inputs(); i++) {
            if (site.has(i)) {
                most = Math.max(most, weight(TensorType.of(site.constant(i))));
            }
        }
        for (String o : site.node().outputs()) {
            most = Math.max(most, site.known(o).map(HostEval::weight).orElse(0L));
        }
        return most <= MOST_INTEGERS;
    }

    /** Elements, floats counted so that both limits become one; what the host cannot hold counts as too many. */
    private static long weight(TensorType type) {
        DType d = type.dtype();
        if (d.isFloating()) {
            return Math.multiplyExact(type.shape().elements(), MOST_INTEGERS / MOST_FLOATS);
        }
        return d.isInteger() || d == DType.BOOL ? type.shape().elements() : Long.MAX_VALUE;
    }
}
