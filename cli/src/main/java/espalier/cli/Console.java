package espalier.cli;

import java.io.PrintStream;

/**
 * Where a command prints.
 *
 * @param out results
 * @param err progress and errors
 * @param terminal whether {@code err} is a terminal, where a line may be drawn over
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
    /** Prints a table or a document as JSON. */
    void json(Object document) {
        out.println(Json.text(document));
    }

    void print(Table table) {
        out.print(table.text());
    }
}
