package espalier.distill;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Arithmetic on a row of numbers for each sample, finite and with finite gradients also where rows are equal or zero. */
final class Rows {
    /** A square below this counts as this. */
    private static final double TINY = 1e-12;

    private Rows() {}

    /** [N, ...] as [N, D]. */
    static Tensor of(Tensor t) {
        return t.reshape(t.size(0), -1);
    }

    /** Each row divided by its Euclidean length. */
    static Tensor unit(Tensor rows) {
        return rows.div(length(rows.mul(rows)));
    }

    /** The root of the sum over the last axis, which is kept. */
    static Tensor length(Tensor squares) {
        return squares.sum(new long[] {-1}, true, new ScalarTypeOptional())
                .clamp_min(new Scalar(TINY))
                .sqrt();
    }

    /** Each row without its mean. */
    static Tensor centered(Tensor rows) {
        return rows.sub(rows.mean(new long[] {-1}, true, new ScalarTypeOptional()));
    }

    /** Distances between rows, [N, N]; those of a row to itself are zero. */
    static Tensor distances(Tensor rows) {
        Tensor products = rows.matmul(rows.t());
        Tensor squares = products.diagonal();
        Tensor d = squares.unsqueeze(0).add(squares.unsqueeze(1)).sub(products, new Scalar(2));
        return d.clamp_min(new Scalar(TINY)).sqrt().mul(othersOf(d));
    }

    /** 1 where row and column are different samples, 0 on the diagonal. */
    static Tensor othersOf(Tensor square) {
        return torch.ones_like(square).fill_diagonal_(new Scalar(0.0));
    }

    static Tensor logSoftmax(Tensor logits, double temperature) {
        return torch.log_softmax(logits.div(new Scalar(temperature)), 1);
    }

    /** The mean over the rows of KL(p || q), both given as logarithms. */
    static Tensor divergence(Tensor logP, Tensor logQ) {
        return logP.exp().mul(logP.sub(logQ)).sum(1).mean();
    }

    static Tensor meanSquare(Tensor difference) {
        return difference.mul(difference).mean();
    }

    static Tensor times(Tensor t, double factor) {
        return t.mul(new Scalar(factor));
    }
}
