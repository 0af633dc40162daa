package espalier.calibrate;

import espalier.data.Batches;
import espalier.graph.Model;

/**
 * Repairs a network that was changed, from what the original computes on data, without training: no labels, no gradients. Values and
 * nodes of the changed network have the names they have in the original.
 */
public sealed interface Recovery permits BatchNormStatistics, LeastSquares, BiasCorrection {
    /**
     * The changed model with better weights; its shape stays.
     *
     * @param original before the change
     * @param survivors the channels that the change has left
     * @param batches samples such as both are used on
     */
    Model apply(Model original, Model changed, Survivors survivors, Batches batches);
}
