package espalier.op;

import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Matrix products. */
final class MatrixShapes implements ShapeTable {
    @Override
    public @Nullable ShapeRule rule(String op) {
        return switch (op) {
            case "Gemm" -> MatrixShapes::gemm;
            case "MatMul" -> s -> s.like(product(s, s.shape(0), s.shape(1)));
            case "MatMulInteger" -> s -> List.of(new TensorType(DType.INT32, product(s, s.shape(0), s.shape(1))));
            case "QLinearMatMul" -> s -> List.of(new TensorType(s.dtype(7), product(s, s.shape(0), s.shape(3))));
            case "Einsum" -> s -> s.like(Einsum.of(s.node(), shapes(s)).output());
            case "Attention" -> s -> Attention.of(s).outputs(s);
            case "Det" -> MatrixShapes::determinant;
            default -> null;
        };
    }

    private static List<TensorType> gemm(Site s) {
        Shape a = s.shape(0);
        Shape b = s.shape(1);
        if (a.rank() != 2 || b.rank() != 2) {
            throw s.error("matrices expected, not %s and %s", a, b);
        }
        int ta = s.node().intAttr("transA", 0) != 0 ? 1 : 0;
        int tb = s.node().intAttr("transB", 0) != 0 ? 1 : 0;
        if (a.dim(1 - ta) != b.dim(tb)) {
            throw s.error("inner sizes of %s and %s differ", a, b);
        }
        Shape y = Shape.of(a.dim(ta), b.dim(1 - tb));
        if (s.has(2) && !Shape.broadcast(s.shape(2), y).equals(y)) {
            throw s.error("bias %s does not broadcast to %s", s.shape(2), y);
        }
        return s.like(y);
    }

    /** As NumPy's matmul: vectors get an axis of size 1 that is dropped again. */
    private static Shape product(Site s, Shape a, Shape b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw s.error("a scalar cannot be multiplied as a matrix: %s and %s", a, b);
        }
        long inner = b.rank() == 1 ? b.dim(0) : b.dim(-2);
        if (a.dim(-1) != inner) {
            throw s.error("inner sizes of %s and %s differ", a, b);
        }
        Shape batch = Shape.broadcast(leading(a), leading(b));
        int rows = a.rank() == 1 ? 0 : 1;
        int columns = b.rank() == 1 ? 0 : 1;
        long[] out = Arrays.copyOf(batch.toArray(), batch.rank() + rows + columns);
        if (rows > 0) {
            out[batch.rank()] = a.dim(-2);
        }
        if (columns > 0) {
            out[out.length - 1] = b.dim(-1);
        }
        return Shape.of(out);
    }

    private static Shape leading(Shape s) {
        return s.rank() <= 2 ? Shape.SCALAR : Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 2));
    }

    static List<Shape> shapes(Site s) {
        Shape[] all = new Shape[s.inputs()];
        for (int i = 0; i < all.length; i++) {
            all[i] = s.shape(i);
        }
        return List.of(all);
    }

    private static List<TensorType> determinant(Site s) {
        s.requireRank(0, 2);
        return s.like(leading(s.shape(0)));
    }
}
