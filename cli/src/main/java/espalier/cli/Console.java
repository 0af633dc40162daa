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
    void json(Object document) {
        out.println(Json.text(document));
    }

    void text(String text) {
        out.print(text);
    }

    /** Prints a table aligned, or its rows as JSON. */
    void table(Table table, boolean asJson) {
        if (asJson) {
            json(table.json());
        } else {
            text(table.text());
        }
    }
}
