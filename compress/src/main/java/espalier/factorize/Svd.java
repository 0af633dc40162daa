package espalier.factorize;

import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Channel decomposition by singular values. Denton, Zaremba, Bruna, LeCun, Fergus: Exploiting Linear Structure Within Convolutional
 * Networks for Efficient Evaluation, 2014, arXiv:1404.0736, section 3.2; for kernels larger than one position Zhang, Zou, He, Sun:
 * Accelerating Very Deep Convolutional Networks for Classification and Detection, 2015, arXiv:1505.06798, section 3.1.
 *
 * <p>W as a matrix O x (I H W) is U S V^T; S^1/2 V^T of the first K singular values are K kernels of the old size, U S^1/2 is a
 * pointwise layer behind them. No matrix of rank K is nearer to W (Eckart, Young, 1936). M N weights become K (M + N).
 */
@Method(
        key = "svd",
        summary =
                "linear layers and convolutions by singular values: K channels of the old kernel, then a pointwise layer",
        paper = "Denton et al.: Exploiting Linear Structure Within Convolutional Networks, 2014, arXiv:1404.0736")
public record Svd() implements Decomposition {
    @Override
    public List<Tensor> unfoldings(Tensor kernel) {
        return List.of(kernel.flatten(1, -1));
    }

    @Override
    public int[] full(long[] k) {
        return new int[] {Math.toIntExact(Math.min(k[0], k[1] * k[2] * k[3]))};
    }

    @Override
    public long weights(long[] k, int[] ranks) {
        return ranks[0] * (k[0] + k[1] * k[2] * k[3]);
    }

    @Override
    public List<Part> parts(Tensor kernel, int[] ranks) {
        Algebra.Svd svd = Algebra.Svd.of(kernel.flatten(1, -1), ranks[0]);
        Tensor first = svd.right().reshape(ranks[0], kernel.size(1), kernel.size(2), kernel.size(3));
        return List.of(new Part(first, true, true, 1), Part.pointwise(svd.left()));
    }
}
