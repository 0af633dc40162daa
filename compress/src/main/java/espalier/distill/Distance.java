package espalier.distill;

import java.util.function.BinaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How far two features are apart; the mean over elements, or over samples for the cosine. */
public enum Distance {
    /** |s - t|. */
    L1((s, t) -> s.sub(t).abs().mean()),
    /** (s - t)^2. */
    L2((s, t) -> Rows.meanSquare(s.sub(t))),
    /** Huber's: half the square where |s - t| is below 1, |s - t| - 1/2 elsewhere. */
    SMOOTH_L1((s, t) -> torch.smooth_l1_loss(s, t)),
    /** 1 - cos(s, t). */
    COSINE((s, t) ->
            Rows.unit(s).mul(Rows.unit(t)).sum(1).neg().add(new Scalar(1.0)).mean());

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final BinaryOperator<Tensor> between;

    Distance(BinaryOperator<Tensor> between) {
        this.between = between;
    }

    /** Of two [N, D]. */
    Tensor between(Tensor s, Tensor t) {
        return between.apply(s, t);
    }
}
