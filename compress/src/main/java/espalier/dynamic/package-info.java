/**
 * Networks that compute as much as a sample needs, or as there is room for. {@link espalier.dynamic.Exits} are the settings of the step {@code exits}, {@link
 * espalier.dynamic.ExitTraining} is the step: {@link espalier.dynamic.ExitHeads} attaches classifiers to values of the graph as nodes
 * and initializers, {@link espalier.dynamic.ExitLoss} trains them, and thresholds are calibrated on samples held back.
 *
 * <p>{@link espalier.dynamic.Slim} are the settings of the step {@code slim}, {@link espalier.dynamic.SlimTraining} is the step: {@link
 * espalier.dynamic.MergedWidths} makes one graph of several widths, whose weights {@link espalier.dynamic.SharedWeights} cuts out of
 * those of the widest, and {@link espalier.dynamic.SlimLoss} trains them.
 */
@NullMarked
package espalier.dynamic;

import org.jspecify.annotations.NullMarked;
