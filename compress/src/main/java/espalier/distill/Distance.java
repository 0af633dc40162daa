package espalier.distill;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How far two features are apart; the mean over elements, or over samples for the cosine. */
public enum Distance {
    /** |s - t|. */
    L1 {
        @Override
        Tensor between(Tensor s, Tensor t) {
            return s.sub(t).abs().mean();
        }
    },
    /** (s - t)^2. */
    L2 {
        @Override
        Tensor between(Tensor s, Tensor t) {
            return Rows.meanSquare(s.sub(t));
        }
    },
    /** Huber's: half the square where |s - t| < 1, |s - t| - 1/2 elsewhere. */
    SMOOTH_L1 {
        @Override
        Tensor between(Tensor s, Tensor t) {
            return torch.smooth_l1_loss(s, t);
        }
    },
    /** 1 - cos(s, t). */
    COSINE {
        @Override
        Tensor between(Tensor s, Tensor t) {
            return Rows.unit(s)
                    .mul(Rows.unit(t))
                    .sum(1)
                    .neg()
                    .add(new Scalar(1.0))
                    .mean();
        }
    };

    /** Of two [N, D]. */
    abstract Tensor between(Tensor s, Tensor t);
}
