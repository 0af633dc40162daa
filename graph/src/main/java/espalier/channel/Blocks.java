package espalier.channel;

/** Walks two shapes of equally many elements side by side, in the smallest blocks of axes that hold equally many. */
final class Blocks {
    private final int[] left;
    private final int[] right;
    private int from;
    private int fromEnd;
    private int to;
    private int toEnd;

    Blocks(int[] left, int[] right) {
        this.left = left;
        this.right = right;
    }

    /** Moves to the next block; false at the end. */
    boolean next() {
        from = fromEnd;
        to = toEnd;
        if (from == left.length && to == right.length) {
            return false;
        }
        long p = from < left.length ? left[fromEnd++] : 1;
        long q = to < right.length ? right[toEnd++] : 1;
        while (p != q) {
            if (p < q ? fromEnd < left.length : toEnd == right.length) {
                p *= left[fromEnd++];
            } else {
                q *= right[toEnd++];
            }
        }
        return true;
    }

    int from() {
        return from;
    }

    int fromEnd() {
        return fromEnd;
    }

    int to() {
        return to;
    }

    int toEnd() {
        return toEnd;
    }
}
