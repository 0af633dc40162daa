package espalier.factorize;

import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Separation of rows and columns. Jaderberg, Vedaldi, Zisserman: Speeding up Convolutional Neural Networks with Low Rank Expansions,
 * 2014, arXiv:1405.3866, scheme 2; in closed form by Tai, Xiao, Zhang, Wang, E: Convolutional Neural Networks with Low-rank
 * Regularization, 2015, arXiv:1511.06067, theorem 1.
 *
 * <p>W[o,i,y,x] = sum_k H[o,k,x] V[k,i,y], from the singular values of W as a matrix (I H) x (O W): K columns H x 1, then O rows 1 x W.
 */
@Method(
        key = "spatial",
        summary = "a convolution over columns, then one over rows",
        paper =
                "Jaderberg, Vedaldi, Zisserman: Speeding up Convolutional Neural Networks with Low Rank Expansions, 2014,"
                        + " arXiv:1405.3866")
public record Spatial() implements Decomposition {
    @Override
    public List<Tensor> unfoldings(Tensor kernel) {
        return List.of(matrix(kernel));
    }

    private static Tensor matrix(Tensor kernel) {
        return kernel.permute(1, 2, 0, 3).reshape(kernel.size(1) * kernel.size(2), kernel.size(0) * kernel.size(3));
    }

    @Override
    public int[] full(long[] k) {
        return new int[] {Math.toIntExact(Math.min(k[1] * k[2], k[0] * k[3]))};
    }

    @Override
    public long weights(long[] k, int[] ranks) {
        return ranks[0] * (k[1] * k[2] + k[0] * k[3]);
    }

    @Override
    public List<Part> parts(Tensor kernel, int[] ranks) {
        int rank = ranks[0];
        Algebra.Svd svd = Algebra.Svd.of(matrix(kernel), rank);
        Tensor vertical = svd.left().t().reshape(rank, kernel.size(1), kernel.size(2), 1);
        Tensor horizontal =
                svd.right().reshape(rank, kernel.size(0), 1, kernel.size(3)).transpose(0, 1);
        return List.of(new Part(vertical, true, false, 1), new Part(horizontal, false, true, 1));
    }
}
