/**
 * The {@code espalier} command. Only this package prints, ends the process and looks at the environment.
 *
 * <p>Read in this order: {@link espalier.cli.Main} runs a command line, {@code Commands} lists the commands, {@code Failures} turns
 * what went wrong into one line and an exit code, {@code Table} and {@code ProgressLine} are how commands show results and
 * progress. A command class is made only when it is asked for, so that the others cost no time to start.
 */
@NullMarked
package espalier.cli;

import org.jspecify.annotations.NullMarked;
