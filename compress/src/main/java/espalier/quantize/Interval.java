package espalier.quantize;

/** Real numbers from {@code low} to {@code high}, both included. */
public record Interval(double low, double high) {
    /** The smallest interval around this one that holds 0, which every grid must hit: padding and ReLU depend on it. */
    Interval withZero() {
        return new Interval(Math.min(low, 0), Math.max(high, 0));
    }

    /** The part of this interval between -t and t. */
    Interval within(double t) {
        return new Interval(Math.max(low, -t), Math.min(high, t));
    }

    double largest() {
        return Math.max(Math.abs(low), Math.abs(high));
    }
}
