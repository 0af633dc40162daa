/**
 * Configuration is written once, as a record, and everything else is derived from it: recipe keys, command-line options, the list of
 * methods, error messages.
 *
 * <p>A record's no-argument constructor holds its defaults, its compact constructor validates, {@link espalier.config.Key} describes a
 * component. A family of methods is a sealed interface: its {@code permits} clause is the list. {@link espalier.config.Setting} is what
 * the user wrote, with the place where it was written; {@link espalier.config.Binder} turns it into records.
 */
@NullMarked
package espalier.config;

import org.jspecify.annotations.NullMarked;
