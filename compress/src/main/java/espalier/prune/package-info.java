/**
 * Network pruning: an {@link espalier.prune.Importance} scores the units of a channel group, a {@link espalier.prune.Selection} decides
 * how many of each group stay, {@link espalier.prune.Pruning} masks, cuts, checks that both agree, and retrains. {@link
 * espalier.prune.Prune} is the step's configuration.
 */
@NullMarked
package espalier.prune;

import org.jspecify.annotations.NullMarked;
