package espalier.cli;

import espalier.recipe.Report;
import espalier.work.Measurement;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A report as a table: the model before, and after each step. */
final class RunTable {
    private RunTable() {}

    static Table of(Report report) {
        Table table = new Table(
                Column.text("step", ""),
                Column.percent("accuracy", "accuracy"),
                Column.percent("agreement", "agreement"),
                Column.amount("parameters", "parameters"),
                Column.amount("macs", "MACs"),
                Column.bytes("bytes", "file"),
                Column.number("latencyMillis", "latency ms"));
        row(table, "before", report.before());
        for (Report.Entry e : report.steps()) {
            row(table, "after " + e.step(), e.measured());
        }
        return table;
    }

    private static void row(Table table, String name, Measurement m) {
        table.row(
                name,
                boxed(m.accuracy()),
                boxed(m.agreement()),
                m.parameters(),
                m.macs(),
                m.bytes(),
                boxed(m.latencyMillis()));
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }

    /** {@code 3.4x fewer MACs, 2.6x lower latency, 3.1x smaller file, 0.21 points of accuracy lost}. */
    static String summary(Report report) {
        Measurement b = report.before();
        Measurement a = report.after();
        String text = String.format(
                Locale.ROOT,
                "%.1fx fewer MACs, %.1fx lower latency, %.1fx smaller file",
                (double) b.macs() / Math.max(1, a.macs()),
                b.latencyMillis().orElse(0) / Math.max(1e-9, a.latencyMillis().orElse(0)),
                (double) b.bytes() / Math.max(1, a.bytes()));
        if (b.accuracy().isPresent() && a.accuracy().isPresent()) {
            double points = 100 * (b.accuracy().getAsDouble() - a.accuracy().getAsDouble());
            text += String.format(
                    Locale.ROOT, ", %.2f points of accuracy %s", Math.abs(points), points >= 0 ? "lost" : "gained");
        }
        return text;
    }
}
