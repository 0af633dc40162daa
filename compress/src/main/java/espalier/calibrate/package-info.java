/**
 * What data can tell about a network without training it. {@link espalier.calibrate.Activations} runs a model over samples, {@link
 * espalier.calibrate.Moments} are means and variances of its values; {@link espalier.calibrate.UnfoldBatchNorm} puts batch
 * normalization back where an exporter merged it, {@link espalier.calibrate.Recovery} repairs a changed network from the original's
 * activations, {@link espalier.calibrate.FreshWeights} makes the untrained network to compare with.
 */
@NullMarked
package espalier.calibrate;

import org.jspecify.annotations.NullMarked;
