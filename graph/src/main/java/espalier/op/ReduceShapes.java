package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators that replace axes by one number. */
final class ReduceShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "ReduceL1",
                    "ReduceL2",
                    "ReduceLogSum",
                    "ReduceLogSumExp",
                    "ReduceMax",
                    "ReduceMean",
                    "ReduceMin",
                    "ReduceProd",
                    "ReduceSum",
                    "ReduceSumSquare" -> s -> s.like(reduced(s.shape(0), axes(s), keeps(s)));
            case "ArgMax" -> ReduceShapes::position;
            case "ArgMin" -> ReduceShapes::position;
            default -> null;
        };
    }

    /** Which axes go: attribute or input; all where none are given, unless {@code noop_with_empty_axes}. */
    static boolean[] axes(Site s) {
        boolean[] gone = new boolean[s.shape(0).rank()];
        long[] axes = s.longs("axes", 1).orElse(new long[0]);
        if (axes.length == 0) {
            Arrays.fill(gone, s.node().intAttr("noop_with_empty_axes", 0) == 0);
        }
        for (int a : s.axes(axes, gone.length)) {
            gone[a] = true;
        }
        return gone;
    }

    private static boolean keeps(Site s) {
        return s.node().intAttr("keepdims", 1) != 0;
    }

    private static Shape reduced(Shape x, boolean[] gone, boolean keep) {
        long[] out = new long[x.rank()];
        int n = 0;
        for (int i = 0; i < gone.length; i++) {
            if (!gone[i]) {
                out[n++] = x.dim(i);
            } else if (keep) {
                out[n++] = 1;
            }
        }
        return Shape.of(Arrays.copyOf(out, n));
    }

    private static List<TensorType> position(Site s) {
        boolean[] gone = new boolean[s.shape(0).rank()];
        gone[s.axisAttr(0, gone.length)] = true;
        return List.of(new TensorType(DType.INT64, reduced(s.shape(0), gone, keeps(s))));
    }
}
