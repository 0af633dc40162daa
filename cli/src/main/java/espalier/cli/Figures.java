package espalier.cli;

import java.util.Locale;

/** Numbers as a reader wants them, the same in every country. */
final class Figures {
    private static final String[] THOUSANDS = {"", " k", " M", " G", " T", " P", " E"};

    private Figures() {}

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Three digits and a letter for thousands, millions, ...: {@code 41.2 M}. */
    static String amount(long n) {
        double rest = n;
        int step = 0;
        while (Math.abs(rest) >= 999.5) {
            rest /= 1000;
            step++;
        }
        return step == 0 ? Long.toString(n) : digits(rest) + THOUSANDS[step];
    }

    static String bytes(long n) {
        String amount = amount(n);
        return amount + (amount.contains(" ") ? "B" : " B");
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    static String number(double x) {
        double size = Math.abs(x);
        if (!Double.isFinite(x)) {
            return Double.toString(x);
        }
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%,.0f", x);
        }
        return size >= 0.01 || x == 0 ? digits(x) : String.format(Locale.ROOT, "%.2e", x);
    }

    /** {@code 1 h 05 min}, {@code 3 min 20 s}, {@code 12 s}. */
    static String duration(long seconds) {
        if (seconds >= 3600) {
            return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
        }
        return seconds >= 60 ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60) : seconds + " s";
    }

    private static String digits(double x) {
        double size = Math.abs(x);
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 || x == 0 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", x);
    }
}
