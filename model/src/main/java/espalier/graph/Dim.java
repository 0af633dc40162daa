package espalier.graph;

/**
 * One axis of a declared shape: a size, a symbol such as {@code batch}, or neither.
 *
 * @param size the size, or -1 where it is not fixed
 * @param symbol the symbol, or the empty string
 */
public record Dim(long size, String symbol) {
    public static final Dim UNKNOWN = new Dim(-1, "");

    public static Dim of(long size) {
        return new Dim(size, "");
    }

    public static Dim symbol(String symbol) {
        return new Dim(-1, symbol);
    }

    public boolean isFixed() {
        return size >= 0;
    }

    @Override
    public String toString() {
        return isFixed() ? Long.toString(size) : symbol.isEmpty() ? "?" : symbol;
    }
}
