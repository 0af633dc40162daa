package espalier.cli;

import espalier.runtime.Variant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Accuracy over latency as a drawing: the variants that no other beats are joined, the others are hollow. Curves, as of a network with
 * several exits, are dashed.
 */
final class ParetoPlot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int RIGHT = 110;
    private static final int TOP = 20;
    private static final int BOTTOM = 50;

    private final List<Variant> variants;
    private final List<List<Variant>> curves;
    private final int threads;

    private ParetoPlot(List<Variant> variants, List<List<Variant>> curves, int threads) {
        this.variants = variants;
        this.curves = curves;
        this.threads = threads;
    }

    static String svg(List<Variant> variants, List<List<Variant>> curves, int threads) {
        return new ParetoPlot(variants, curves, threads).svg();
    }

    private String svg() {
        StringBuilder out = new StringBuilder();
        out.append(format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">\n",
                WIDTH, HEIGHT));
        out.append(format("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", WIDTH, HEIGHT));
        axes(out);
        out.append(format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#888\"/>\n",
                points(variants.stream().filter(v -> v.dominatedBy().isEmpty()))));
        curves.forEach(c -> curve(out, c));
        for (Variant v : variants) {
            String fill = v.dominatedBy().isEmpty() ? "#1f5fa8" : "white";
            out.append(format(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" stroke=\"#1f5fa8\"/>\n", x(v), y(v), fill));
            out.append(format("<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", x(v) + 8, y(v) + 4, escaped(v.name())));
        }
        return out.append("</svg>\n").toString();
    }

    private String points(Stream<Variant> along) {
        return along.sorted(Comparator.comparingDouble(this::latency))
                .map(v -> format("%.1f,%.1f", x(v), y(v)))
                .collect(Collectors.joining(" "));
    }

    private void curve(StringBuilder out, List<Variant> curve) {
        out.append(format(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#b4511f\" stroke-dasharray=\"4 3\"/>\n",
                points(curve.stream())));
        for (Variant v : curve) {
            out.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#b4511f\"/>\n", x(v), y(v)));
        }
        Variant last = curve.get(curve.size() - 1);
        out.append(format(
                "<text x=\"%.1f\" y=\"%.1f\" fill=\"#b4511f\">%s</text>\n",
                x(last) + 8, y(last) + 4, escaped(last.file().file())));
    }

    private void axes(StringBuilder out) {
        int bottom = HEIGHT - BOTTOM;
        out.append(format(
                "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"black\"/>\n", LEFT, TOP, bottom, WIDTH - RIGHT));
        for (int i = 0; i <= 4; i++) {
            double ms = low(this::latency) + (high(this::latency) - low(this::latency)) * i / 4;
            double share = low(this::accuracy) + (high(this::accuracy) - low(this::accuracy)) * i / 4;
            out.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.3g</text>\n",
                    LEFT + i * (WIDTH - LEFT - RIGHT) / 4.0, bottom + 18, ms));
            out.append(format(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f %%</text>\n",
                    LEFT - 6, bottom - i * (bottom - TOP) / 4.0 + 4, 100 * share));
        }
        out.append(format(
                "<text x=\"%d\" y=\"%d\">milliseconds of one sample, threads: %d</text>\n",
                LEFT, HEIGHT - 10, threads));
    }

    private double latency(Variant v) {
        return v.latency(threads);
    }

    private double accuracy(Variant v) {
        return v.accuracy().orElse(0);
    }

    private double x(Variant v) {
        return LEFT + (WIDTH - LEFT - RIGHT) * place(v, this::latency);
    }

    private double y(Variant v) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * place(v, this::accuracy);
    }

    private double place(Variant v, ToDoubleFunction<Variant> of) {
        return (of.applyAsDouble(v) - low(of)) / (high(of) - low(of));
    }

    private Stream<Variant> all() {
        return Stream.concat(variants.stream(), curves.stream().flatMap(List::stream));
    }

    private double low(ToDoubleFunction<Variant> of) {
        return all().mapToDouble(of).min().orElse(0) - margin(of);
    }

    private double high(ToDoubleFunction<Variant> of) {
        return all().mapToDouble(of).max().orElse(1) + margin(of);
    }

    private double margin(ToDoubleFunction<Variant> of) {
        var s = all().mapToDouble(of).summaryStatistics();
        return s.getMax() > s.getMin() ? 0.05 * (s.getMax() - s.getMin()) : Math.max(1e-3, 0.05 * s.getMax());
    }

    private static String escaped(String text) {
        return Escape.controls(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String template, Object... values) {
        return String.format(Locale.ROOT, template, values);
    }
}
