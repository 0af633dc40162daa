package espalier.op;

import espalier.graph.DType;
import espalier.graph.Node;
import espalier.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Operators computed while tracing, because shapes may depend on them: integer arithmetic, movement of elements, and the same on
 * few floats (the scales of a Resize). Large tensors are left alone.
 */
final class HostEval {
    static final int MOST_INTEGERS = 65_536;
    static final int MOST_FLOATS = 1_024;
    private static final Map<String, HostFunction> FUNCTIONS = new HashMap<>();

    static {
        HostConstants.addTo(FUNCTIONS);
        HostArithmetic.addTo(FUNCTIONS);
        HostMovement.addTo(FUNCTIONS);
        HostIndexing.addTo(FUNCTIONS);
        HostReduce.addTo(FUNCTIONS);
    }

    private HostEval() {}

    static boolean covers(Node node) {
        return node.isStandard() && FUNCTIONS.containsKey(node.opType());
    }

    /**
     * The outputs of a node, or nothing where the host does not compute it.
     *
     * @throws NotKnown where an input is not a constant
     */
    static Optional<List<Tensor>> evaluate(Site site) {
        Node node = site.node();
        HostFunction f = node.isStandard() ? FUNCTIONS.get(node.opType()) : null;
        if (f == null || (!HostConstants.needsNoContents(node) && !isSmall(site))) {
            return Optional.empty();
        }
        return Optional.of(f.outputs(site));
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
