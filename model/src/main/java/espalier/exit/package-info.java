/**
 * When a sample leaves a network that has several exits, as plain arithmetic on scores: used alike where networks are compressed and
 * where they are deployed. {@link espalier.exit.ExitRule} says how sure an exit is, {@link espalier.exit.ExitPoints} is what
 * a model's file says about its exits, {@link espalier.exit.Stage} the part of it that is asked up to one of them.
 */
@NullMarked
package espalier.exit;

import org.jspecify.annotations.NullMarked;
