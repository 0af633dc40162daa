package espalier.cli;

import java.util.function.Function;

/**
 * A column of a {@link Table}.
 *
 * @param key its name in JSON
 * @param title its heading
 * @param right whether it is set flush right, as numbers are
 * @param show how a cell is written; JSON gets the bare value
 */
record Column(String key, String title, boolean right, Function<Object, String> show) {
    private static final int LONGEST = 60;

    static Column text(String key, String title) {
        return new Column(key, title, false, o -> shortened(Escape.controls(o.toString())));
    }

    /** Text that is of no use when it is shortened, as a path. */
    static Column whole(String key, String title) {
        return new Column(key, title, false, o -> Escape.controls(o.toString()));
    }

    /** A number that is written in full: {@code 1,234,567}. */
    static Column count(String key, String title) {
        return new Column(key, title, true, o -> Figures.count(((Number) o).longValue()));
    }

    /** A large number in thousands: {@code 1.23 M}. */
    static Column amount(String key, String title) {
        return new Column(key, title, true, o -> Figures.amount(((Number) o).longValue()));
    }

    static Column bytes(String key, String title) {
        return new Column(key, title, true, o -> Figures.bytes(((Number) o).longValue()));
    }

    /** A share, as 0.1234, written {@code 12.34 %}. */
    static Column percent(String key, String title) {
        return new Column(key, title, true, o -> Figures.percent(((Number) o).doubleValue()));
    }

    /** Any other number, to three significant digits. */
    static Column number(String key, String title) {
        return new Column(key, title, true, o -> Figures.number(((Number) o).doubleValue()));
    }

    /** How many times more or less: {@code 3.21x}. */
    static Column times(String key, String title) {
        return new Column(key, title, true, o -> Figures.number(((Number) o).doubleValue()) + "x");
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }
}
