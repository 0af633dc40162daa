package espalier.quantize;

import espalier.train.Training;
import espalier.work.Against;
import java.util.Optional;

/** How a network is trained with its grids in place, if it is. */
public sealed interface Awareness permits Untrained, Qat, Lsq {
    /** How the training goes; empty where there is none. */
    default Optional<Training> training() {
        return Optional.empty();
    }

    /** What the network learns from. */
    default Against against() {
        return Against.AUTO;
    }

    /** Bits of weights, except in the first and the last layer. */
    default int weightBits() {
        return 8;
    }

    /** Bits of activations, except before the first and the last layer. */
    default int activationBits() {
        return 8;
    }

    /** Whether steps of grids are learned, too. */
    default boolean learnsSteps() {
        return false;
    }
}
