package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recurrent layers: X [T, N, I], W [directions, gates * H, I], R [directions, gates * H, H]. */
final class RecurrentShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "RNN" -> RecurrentShapes::sequence;
            case "GRU" -> RecurrentShapes::sequence;
            case "LSTM" -> RecurrentShapes::sequence;
            default -> null;
        };
    }

    /** Y [T, directions, N, H], Y_h and Y_c [directions, N, H]; with {@code layout} 1 the batch comes first. */
    private static List<TensorType> sequence(Site s) {
        Shape x = s.shape(0);
        Shape r = s.shape(2);
        if (x.rank() != 3
                || r.rank() != 3
                || s.shape(1).rank() != 3
                || s.shape(1).dim(2) != x.dim(2)) {
            throw s.error("weights %s and %s do not fit an input of shape %s", s.shape(1), r, x);
        }
        DType dtype = s.dtype(0);
        long directions = r.dim(0);
        long hidden = r.dim(2);
        boolean batchFirst = s.node().intAttr("layout", 0) == 1;
        long time = x.dim(batchFirst ? 1 : 0);
        long batch = x.dim(batchFirst ? 0 : 1);
        TensorType last = batchFirst
                ? TensorType.of(dtype, batch, directions, hidden)
                : TensorType.of(dtype, directions, batch, hidden);
        TensorType all = batchFirst
                ? TensorType.of(dtype, batch, time, directions, hidden)
                : TensorType.of(dtype, time, directions, batch, hidden);
        return List.of(all, last, last);
    }
}
