package espalier.factorize;

import espalier.config.Method;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Tucker decomposition along both channel axes. Kim, Park, Yoo, Choi, Yang, Shin: Compression of Deep Convolutional Neural Networks for
 * Fast and Low Power Mobile Applications, 2015, arXiv:1511.06530, section 3.1.
 *
 * <p>W = C x_O A x_I B (equation 3): a pointwise layer B^T to R3 channels, a core of the old kernel size to R4, a pointwise layer A. A and
 * B are the leading singular vectors of the two unfoldings, C is W projected on them (higher-order SVD), made better by alternating
 * the two until nothing changes (higher-order orthogonal iteration).
 */
@Method(
        key = "tucker",
        summary = "a pointwise layer to few channels, the old kernel on those, a pointwise layer back",
        paper =
                "Kim et al.: Compression of Deep Convolutional Neural Networks for Fast and Low Power Mobile Applications,"
                        + " 2015, arXiv:1511.06530")
public record Tucker2() implements Decomposition {
    private static final int SWEEPS = 10;

    /** Of the outputs, then of the inputs. */
    @Override
    public List<Tensor> unfoldings(Tensor kernel) {
        return List.of(byOutput(kernel), byInput(kernel));
    }

    private static Tensor byOutput(Tensor kernel) {
        return kernel.flatten(1, -1);
    }

    private static Tensor byInput(Tensor kernel) {
        return kernel.transpose(0, 1).flatten(1, -1);
    }

    @Override
    public int[] full(long[] k) {
        long positions = k[2] * k[3];
        return new int[] {
            Math.toIntExact(Math.min(k[0], k[1] * positions)), Math.toIntExact(Math.min(k[1], k[0] * positions))
        };
    }

    @Override
    public long weights(long[] k, int[] ranks) {
        return ranks[1] * k[1] + ranks[0] * ranks[1] * k[2] * k[3] + ranks[0] * k[0];
    }

    @Override
    public List<Part> parts(Tensor kernel, int[] ranks) {
        Tensor b = leading(byInput(kernel), ranks[1]);
        Tensor a = leading(byOutput(kernel), ranks[0]);
        for (int i = 0; i < SWEEPS; i++) {
            a = leading(byOutput(Algebra.einsum("oihw,is->oshw", kernel, b)), ranks[0]);
            b = leading(byInput(Algebra.einsum("oihw,or->rihw", kernel, a)), ranks[1]);
        }
        Tensor core = Algebra.einsum("oihw,or,is->rshw", kernel, a, b);
        return List.of(Part.pointwise(b.t()), new Part(core, true, true, 1), Part.pointwise(a));
    }

    /** No more vectors than the matrix has columns: a projection may be narrower than the rank, and the rest is zero. */
    private static Tensor leading(Tensor matrix, int rank) {
        int known = (int) Math.min(rank, Math.min(matrix.size(0), matrix.size(1)));
        Tensor u = Algebra.Svd.of(matrix, known).u();
        if (known == rank) {
            return u;
        }
        Tensor wide = Algebra.zeros(matrix.size(0), rank);
        wide.narrow(1, 0, known).copy_(u);
        return wide;
    }
}
