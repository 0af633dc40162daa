package espalier.channel;

/** Reads labels in the row-major order of a larger shape to which they broadcast. */
final class Odometer {
    private final int[] shape;
    private final int[] step;
    private final int[] at;
    private final int[] ids;
    private int from;
    private int left;

    /** @param shape the leading axes; behind them the labels do not vary */
    Odometer(int[] shape, Labels labels) {
        this.shape = shape;
        this.ids = labels.ids();
        step = new int[shape.length];
        at = new int[shape.length];
        left = 1;
        for (int a = 0; a < shape.length; a++) {
            step[a] = labels.varies(a) ? labels.inner(a) : 0;
            left *= shape[a];
        }
    }

    boolean hasNext() {
        return left > 0;
    }

    int next() {
        int id = ids[from];
        left--;
        for (int a = shape.length - 1; a >= 0; a--) {
            from += step[a];
            if (++at[a] < shape[a]) {
                break;
            }
            from -= step[a] * shape[a];
            at[a] = 0;
        }
        return id;
    }
}
