package espalier.factorize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Canonical polyadic decomposition. Lebedev, Ganin, Rakhuba, Oseledets, Lempitsky: Speeding-up Convolutional Neural Networks Using
 * Fine-tuned CP-Decomposition, 2014, arXiv:1412.6553, section 3.
 *
 * <p>W[o,i,y,x] = sum_r T[o,r] S[i,r] Y[y,r] X[x,r] (equation 3): a pointwise layer to R channels, on each of them a column and a row, a
 * pointwise layer back. The factors are found by alternating least squares from random ones, each sweep solving for one after the
 * other. At the full rank, the product of all axes but the longest, they are written down: one term for each element along those.
 *
 * @param sweeps the most there are
 * @param seed of the first factors
 */
@Method(
        key = "cp",
        summary = "a pointwise layer, a column and a row on each channel, a pointwise layer back",
        paper = "Lebedev et al.: Speeding-up Convolutional Neural Networks Using Fine-tuned CP-Decomposition, 2014,"
                + " arXiv:1412.6553")
public record Cp(
        @Key("sweeps of alternating least squares") int sweeps,
        @Key("of the first factors") long seed) implements Decomposition {
    private static final String[] AXES = {"o", "i", "h", "w"};
    private static final int NONE = -1;
    private static final double RIDGE = 1e-9;
    private static final double SETTLED = 1e-4;

    public Cp() {
        this(60, 0);
    }

    public Cp {
        if (sweeps < 1) {
            throw BadInputException.of("sweeps must be 1 or more, got %d", sweeps);
        }
    }

    @Override
    public List<Tensor> unfoldings(Tensor kernel) {
        return List.of(kernel.flatten(1, -1));
    }

    @Override
    public int[] full(long[] k) {
        return new int[] {Math.toIntExact(k[0] * k[1] * k[2] * k[3] / k[longest(k)])};
    }

    private static int longest(long[] k) {
        int at = 0;
        for (int i = 1; i < k.length; i++) {
            at = k[i] > k[at] ? i : at;
        }
        return at;
    }

    @Override
    public long weights(long[] k, int[] ranks) {
        return ranks[0] * (k[0] + k[1] + k[2] + k[3]);
    }

    @Override
    public List<Part> parts(Tensor kernel, int[] ranks) {
        long[] k = Tensors.shape(kernel);
        int rank = ranks[0];
        Tensor[] f = rank == full(k)[0] ? written(kernel, k) : alternated(kernel, k, rank);
        Tensor column = f[2].t().reshape(rank, 1, k[2], 1);
        Tensor row = f[3].t().reshape(rank, 1, 1, k[3]);
        return List.of(
                Part.pointwise(f[1].t()),
                new Part(column, true, false, rank),
                new Part(row, false, true, rank),
                Part.pointwise(f[0]));
    }

    /** A term for each combination of indices along the axes but the longest: there 1, along the longest the kernel's elements. */
    private static Tensor[] written(Tensor kernel, long[] k) {
        int longest = longest(k);
        Tensor last = kernel.movedim(longest, 0).flatten(1, -1);
        Tensor[] f = new Tensor[k.length];
        long after = last.size(1);
        long before = 1;
        for (int i = 0; i < k.length; i++) {
            if (i != longest) {
                after /= k[i];
                f[i] = Algebra.eye(k[i])
                        .reshape(k[i], 1, k[i], 1)
                        .expand(k[i], before, k[i], after)
                        .reshape(k[i], last.size(1));
                before *= k[i];
            }
        }
        f[longest] = last;
        return f;
    }

    private Tensor[] alternated(Tensor kernel, long[] k, int rank) {
        SplittableRandom random = new SplittableRandom(seed);
        Tensor[] f = new Tensor[k.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = gaussian(k[i], rank, random);
        }
        double error = Double.POSITIVE_INFINITY;
        for (int sweep = 0; sweep < sweeps; sweep++) {
            double now = swept(kernel, f);
            if (error - now < SETTLED) {
                break;
            }
            error = now;
        }
        return balanced(f);
    }

    private static Tensor gaussian(long rows, int rank, SplittableRandom random) {
        double[] values = random.doubles(Math.multiplyExact(rows, rank))
                .map(u -> 2 * u - 1)
                .toArray();
        return Tensors.of(espalier.graph.Tensor.doubles(Shape.of(rows, rank), values));
    }

    /**
     * Each factor in turn becomes the one that is best where the others are as they are: W_(n) K = F G, G being the Gram matrix of the
     * others' Khatri-Rao product K.
     *
     * @return |W - W'| / |W|, from |W|^2 - 2 <W, W'> + |W'|^2, as W' itself would be large with all its terms apart
     */
    private static double swept(Tensor kernel, Tensor[] f) {
        try (PointerScope scope = new PointerScope()) {
            double both = 0;
            for (int i = 0; i < f.length; i++) {
                Tensor projected = projected(kernel, f, i);
                Tensor gram = gram(f, i);
                double scale = gram.diagonal().mean().item_double();
                gram.diagonal().add_(new Scalar(RIDGE * Math.max(scale, Double.MIN_NORMAL)));
                f[i].copy_(torch.linalg_solve(gram, projected.t()).t());
                both = projected.mul(f[i]).sum().item_double();
            }
            double size = Math.pow(Algebra.norm(kernel), 2);
            double missed = size - 2 * both + gram(f, NONE).sum().item_double();
            return size == 0 ? 0 : Math.sqrt(Math.max(0, missed) / size);
        }
    }

    /** W_(n) K. */
    private static Tensor projected(Tensor kernel, Tensor[] f, int axis) {
        StringBuilder equation = new StringBuilder("oihw");
        List<Tensor> operands = new ArrayList<>(List.of(kernel));
        for (int i = 0; i < f.length; i++) {
            if (i != axis) {
                equation.append(',').append(AXES[i]).append('r');
                operands.add(f[i]);
            }
        }
        return Algebra.einsum(equation + "->" + AXES[axis] + "r", operands.toArray(new Tensor[0]));
    }

    /** The product, element by element, of the Gram matrices of all factors but one. */
    private static Tensor gram(Tensor[] f, int without) {
        Tensor gram = torch.ones_like(Algebra.zeros(f[0].size(1), f[0].size(1)));
        for (int i = 0; i < f.length; i++) {
            gram = i == without ? gram : gram.mul(torch.matmul(f[i].t(), f[i]));
        }
        return gram;
    }

    /** Of each term all factors get the same length, which trains better. */
    private static Tensor[] balanced(Tensor[] f) {
        Tensor all = torch.ones_like(length(f[0]));
        for (Tensor t : f) {
            all = all.mul(length(t));
        }
        Tensor each = all.pow(new Scalar(1.0 / f.length));
        Tensor[] out = new Tensor[f.length];
        for (int i = 0; i < f.length; i++) {
            out[i] = f[i].mul(each.div(length(f[i])));
        }
        return out;
    }

    private static Tensor length(Tensor factor) {
        Tensor squares = torch.matmul(torch.ones_like(factor.narrow(1, 0, 1)).t(), factor.mul(factor));
        return squares.sqrt().clamp_min(new Scalar(1e-30));
    }
}
