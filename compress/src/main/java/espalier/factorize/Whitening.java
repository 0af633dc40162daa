package espalier.factorize;

import espalier.graph.Tensor;
import espalier.torch.Tensors;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * What a kernel looks like to its inputs. Wang, Zheng, Wan, Zhang: SVD-LLM: Truncation-aware Singular Value Decomposition for Large
 * Language Model Compression, 2024, arXiv:2403.07378, section 3.1.
 *
 * <p>With E[x x^T] = L L^T the mean square of what (W - W') x misses is |(W - W') L|^2: so W L is split, and L^-1 put back into the
 * first layer of the chain. For kernels larger than one position x is one of them, as if neighbours did not resemble each other.
 */
final class Whitening {
    /** All inputs are alike. */
    static final Whitening NONE = new Whitening(Optional.empty(), 1);

    private static final double RIDGE = 1e-4;

    private final Optional<Tensor> moment;
    private final int groups;

    /**
     * @param moment E[x x^T] of all input channels
     */
    Whitening(Optional<Tensor> moment, int groups) {
        this.moment = moment;
        this.groups = groups;
    }

    /** W L of one group. */
    org.bytedeco.pytorch.Tensor seen(org.bytedeco.pytorch.Tensor kernel, int group) {
        return moment.map(m -> Algebra.einsum("oihw,ij->ojhw", kernel, root(m, group)))
                .orElse(kernel);
    }

    /** The chain for inputs as they are. */
    List<Part> undone(List<Part> chain, int group) {
        if (moment.isEmpty()) {
            return chain;
        }
        Part first = chain.get(0);
        var l = root(moment.get(), group);
        var inverse = torch.linalg_solve_triangular(l, Algebra.eye(l.size(0)), false);
        List<Part> out = new java.util.ArrayList<>(chain);
        var kernel = Algebra.einsum("rjhw,ji->rihw", first.kernel(), inverse);
        out.set(0, new Part(kernel, first.rows(), first.columns(), first.groups()));
        return out;
    }

    /** L of a group's channels; a ridge keeps channels that never say anything from dividing by nothing. */
    private org.bytedeco.pytorch.Tensor root(Tensor all, int group) {
        long each = all.shape().dim(0) / groups;
        var block = Tensors.of(all)
                .narrow(0, group * each, each)
                .narrow(1, group * each, each)
                .clone();
        double mean = block.diagonal().mean().item_double();
        if (!(mean > 0) || Double.isInfinite(mean)) {
            return Algebra.eye(each);
        }
        block.diagonal().add_(new Scalar(RIDGE * mean));
        return torch.linalg_cholesky(block);
    }
}
