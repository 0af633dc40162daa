package espalier.prune;

import espalier.train.Parametrization.When;

/** When masks are chosen, and whether what is masked may come back. */
public sealed interface Masking permits Hard, Gradual, Soft, Splice {
    /** What training does with what is masked. */
    enum Hold {
        /** It is seen as zero and learns nothing. */
        FROZEN,
        /** It is seen as zero, yet learns as if it were there. */
        LEARNING,
        /** It is set to zero when masks are chosen, and then is a weight like any other. */
        FREE
    }

    Hold hold();

    /** Whether masks are chosen anew before this step. */
    boolean renews(When when);

    /** The share of the ratio that masks aim at before this step, 0..1. */
    default double share(When when) {
        return 1;
    }

    /** Half the width of the band around the threshold in which a mask stays as it was, as a share of the ratio. */
    default double margin(When when) {
        return 0;
    }

    /** Whether training must go on until the last masks are chosen, and end with what they held. */
    default boolean needsWholeRun() {
        return dynamic() && hold() != Hold.FREE;
    }

    /** Whether masks change during training. */
    default boolean dynamic() {
        return true;
    }
}
