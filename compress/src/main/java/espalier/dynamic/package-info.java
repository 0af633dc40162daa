/**
 * Networks that compute as much as a sample needs. {@link espalier.dynamic.Exits} are the settings of the step {@code exits}, {@link
 * espalier.dynamic.ExitTraining} is the step: {@link espalier.dynamic.ExitHeads} attaches classifiers to values of the graph as nodes
 * and initializers, {@link espalier.dynamic.ExitLoss} trains them, and thresholds are calibrated on samples held back.
 */
@NullMarked
package espalier.dynamic;

import org.jspecify.annotations.NullMarked;
