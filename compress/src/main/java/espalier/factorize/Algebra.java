package espalier.factorize;

import espalier.torch.Tensors;
import java.nio.DoubleBuffer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Dense linear algebra in double precision. */
final class Algebra {
    private Algebra() {}

    /** The leading singular vectors and values of a matrix: U [m,r], s [r], V^T [r,n]. */
    record Svd(Tensor u, Tensor s, Tensor vt) {
        static Svd of(Tensor matrix, int rank) {
            var all = torch.linalg_svd(matrix, false, new org.bytedeco.pytorch.StringViewOptional());
            return new Svd(
                    all.get0().narrow(1, 0, rank),
                    all.get1().narrow(0, 0, rank),
                    all.get2().narrow(0, 0, rank));
        }

        /** U sqrt(s): both factors get the same size. */
        Tensor left() {
            return u.mul(s.sqrt().unsqueeze(0));
        }

        /** sqrt(s) V^T. */
        Tensor right() {
            return vt.mul(s.sqrt().unsqueeze(1));
        }
    }

    /** In falling order. */
    static double[] singularValues(Tensor matrix) {
        return toArray(torch.linalg_svdvals(matrix));
    }

    static double[] toArray(Tensor vector) {
        DoubleBuffer values = Tensors.toHost(vector.contiguous(), espalier.graph.DType.DOUBLE)
                .data()
                .asDoubleBuffer();
        double[] out = new double[values.remaining()];
        values.get(out);
        return out;
    }

    static Tensor einsum(String equation, Tensor... operands) {
        return torch.einsum(equation, new TensorVector(operands));
    }

    static Tensor zeros(long... shape) {
        return Tensors.empty(shape, ScalarType.Double).zero_();
    }

    static Tensor eye(long n) {
        Tensor t = zeros(n, n);
        t.diagonal().fill_(new Scalar(1.0));
        return t;
    }

    static double norm(Tensor t) {
        return Math.sqrt(t.mul(t).sum().item_double());
    }

    /** |a - b| / |a| in the Frobenius norm; 0 where both are 0. */
    static double relativeError(Tensor a, Tensor b) {
        double size = norm(a);
        return size == 0 ? 0 : norm(a.sub(b)) / size;
    }
}
