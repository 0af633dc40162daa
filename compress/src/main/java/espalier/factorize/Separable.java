package espalier.factorize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;

/**
 * A depthwise convolution, then a pointwise one. Guo, Li, Lin, Chen, Li: Network Decoupling: From Regular to Depthwise Separable
 * Convolutions, 2018, arXiv:1808.05517, section 3.
 *
 * <p>Of every input channel i the kernels W[:,i] as a matrix O x (H W) are, by least squares, sum_k P[o,ik] D[ik,y,x], from the first K
 * singular values. With K = min(O, H W) that is exact; K = 1 is the separable convolution of the mobile networks.
 *
 * @param multiplier K, depthwise kernels of each input channel
 */
@Method(
        key = "separable",
        summary = "a depthwise convolution, then a pointwise one",
        paper =
                "Guo et al.: Network Decoupling: From Regular to Depthwise Separable Convolutions, 2018, arXiv:1808.05517")
public record Separable(
        @Key("depthwise kernels of each input channel") int multiplier) implements Decomposition {
    public Separable() {
        this(1);
    }

    public Separable {
        if (multiplier < 1) {
            throw BadInputException.of("multiplier must be 1 or more, got %d", multiplier);
        }
    }

    @Override
    public OptionalInt ownRank() {
        return OptionalInt.of(multiplier);
    }

    @Override
    public Optional<Decomposition> ofPoints() {
        return Optional.empty();
    }

    @Override
    public boolean mixesInputs() {
        return false;
    }

    @Override
    public List<Tensor> unfoldings(Tensor kernel) {
        return List.of(kernel.transpose(0, 1).flatten(0, 1).flatten(1, -1));
    }

    @Override
    public int[] full(long[] k) {
        return new int[] {Math.toIntExact(Math.min(k[0], k[2] * k[3]))};
    }

    @Override
    public long weights(long[] k, int[] ranks) {
        return ranks[0] * k[1] * (k[2] * k[3] + k[0]);
    }

    @Override
    public List<Part> parts(Tensor kernel, int[] ranks) {
        long outputs = kernel.size(0);
        long inputs = kernel.size(1);
        int k = ranks[0];
        var svd = org.bytedeco.pytorch.global.torch.linalg_svd(
                kernel.transpose(0, 1).flatten(2, -1), false, new org.bytedeco.pytorch.StringViewOptional());
        Tensor root = svd.get1().narrow(1, 0, k).sqrt();
        Tensor depthwise = svd.get2().narrow(1, 0, k).mul(root.unsqueeze(2));
        Tensor pointwise = svd.get0().narrow(2, 0, k).mul(root.unsqueeze(1));
        return List.of(
                new Part(depthwise.reshape(inputs * k, 1, kernel.size(2), kernel.size(3)), true, true, inputs),
                Part.pointwise(pointwise.permute(1, 0, 2).reshape(outputs, inputs * k)));
    }
}
