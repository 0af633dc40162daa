/**
 * Training of a {@link espalier.torch.Program}.
 *
 * <p>Read in this order: {@link espalier.train.Training} is everything a user may set; {@link espalier.train.Optimizer}, {@link
 * espalier.train.Schedule} and {@link espalier.train.Averaging} are its families; {@link espalier.train.Objective} is what is made
 * small; {@link espalier.train.Trainer} is the loop; {@link espalier.train.Checkpoint} is what it leaves on disk.
 *
 * <p>A run depends on its inputs and the number of threads alone: every random choice is seeded by (seed, purpose, epoch, step), so
 * that a run that was stopped and resumed ends with the same bits as one that was not.
 */
@NullMarked
package espalier.train;

import org.jspecify.annotations.NullMarked;
