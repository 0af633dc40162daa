package espalier.cli;

import picocli.CommandLine.Model.CommandSpec;

/** A command part of whose options follow from something else than its annotations. */
interface Derived {
    void derive(CommandSpec spec);
}
