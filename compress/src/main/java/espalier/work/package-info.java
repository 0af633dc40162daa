/**
 * What a step of a recipe works with: {@link espalier.work.Workbench} holds the original model, the data, the referee and the place
 * for checkpoints; {@link espalier.work.Retraining} brings a changed network back; {@link espalier.work.Evaluation} judges one.
 */
@NullMarked
package espalier.work;

import org.jspecify.annotations.NullMarked;
