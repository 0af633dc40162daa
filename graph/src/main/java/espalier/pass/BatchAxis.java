package espalier.pass;

import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.op.Trace;

/**
 * Where values have their batch: the first axis whose size differs between traces with a batch and with twice that batch.
 *
 * @param once the trace with the batch
 * @param twice the trace with twice the batch
 * @param opset of the graph
 */
record BatchAxis(Trace once, Trace twice, int opset) {
    private static final int SOFTMAX_OF_ONE_AXIS = 13;

    /** Whether a node leaves samples apart and in their order, given that they are so in its first input, which depends on the batch. */
    boolean isKeptBy(Node n) {
        int axis = of(n.input(0));
        return switch (n.isStandard() ? n.opType() : "") {
            case "Reshape", "Flatten" -> before(n.input(0)) == before(n.output(0));
            case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "InstanceNormalization" -> axis == 0;
            case "RNN", "GRU", "LSTM" -> axis == (n.intAttr("layout", 0) == 1 ? 0 : 1);
            case "Softmax", "LogSoftmax", "Hardmax" -> !isNormalized(n, axis);
            default -> true;
        };
    }

    private boolean isNormalized(Node n, int axis) {
        boolean one = opset >= SOFTMAX_OF_ONE_AXIS;
        long over = n.intAttr("axis", one ? -1 : 1);
        long from = over < 0 ? over + once.shape(n.input(0)).rank() : over;
        return one ? axis == from : axis >= from;
    }

    private int of(String value) {
        Shape a = once.shape(value);
        Shape b = twice.shape(value);
        int axis = 0;
        while (axis < a.rank() && a.dim(axis) == b.dim(axis)) {
            axis++;
        }
        return axis;
    }

    /** How many times a value has the batch, one behind the other: the product of the sizes before its axis. */
    private long before(String value) {
        long times = 1;
        for (int i = of(value) - 1; i >= 0; i--) {
            times *= once.shape(value).dim(i);
        }
        return times;
    }
}
