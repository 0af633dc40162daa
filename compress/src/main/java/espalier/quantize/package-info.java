/**
 * Fewer bits. The step {@code quantize}: {@link espalier.quantize.Quantization} collects the values of a network, {@code Placement}
 * says which nodes shall compute on whole numbers, {@code WholeNumbers} writes that down, and {@code Payoff} and {@code Floor} take
 * back what is not faster or costs too much. What needs no training here touches no libtorch.
 */
@NullMarked
package espalier.quantize;

import org.jspecify.annotations.NullMarked;
