package espalier.op;

import espalier.graph.Shape;

/**
 * What a {@code Slice} takes from each axis: {@code count} elements from {@code start} on in steps of {@code step}, all resolved
 * against the input's shape.
 *
 * @param start first index by axis
 * @param step by axis; negative reads backwards
 * @param count elements by axis
 */
record Slices(long[] start, long[] step, long[] count) {

    /** Starts, ends and axes are attributes before opset 10, then inputs, with steps. */
    static Slices of(Site s) {
        Shape x = s.shape(0);
        long[] starts = s.longs("starts", 1).orElseThrow(() -> s.error("the starts are missing"));
        long[] ends = s.longs("ends", 2).orElseThrow(() -> s.error("the ends are missing"));
        long[] axes = s.longs("axes", 3).orElseGet(() -> {
            long[] first = new long[starts.length];
            for (int i = 0; i < first.length; i++) {
                first[i] = i;
            }
            return first;
        });
        long[] steps = s.longs("steps", 4).orElseGet(() -> {
            long[] ones = new long[starts.length];
            java.util.Arrays.fill(ones, 1);
            return ones;
        });
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw s.error(
                    "%d starts, %d ends, %d axes, %d steps", starts.length, ends.length, axes.length, steps.length);
        }
        Slices all = whole(x);
        int[] at = s.axes(axes, x.rank());
        for (int i = 0; i < at.length; i++) {
            if (steps[i] == 0) {
                throw s.error("a step must not be 0");
            }
            all.set(at[i], x.dim(at[i]), starts[i], ends[i], steps[i]);
        }
        return all;
    }

    private static Slices whole(Shape x) {
        long[] ones = new long[x.rank()];
        java.util.Arrays.fill(ones, 1);
        return new Slices(new long[x.rank()], ones, x.toArray());
    }

    private void set(int axis, long size, long from, long to, long by) {
        long lowest = by > 0 ? 0 : -1;
        long highest = by > 0 ? size : size - 1;
        long first = clamp(from < 0 ? from + size : from, Math.min(0, highest), highest);
        long last = clamp(to < 0 ? to + size : to, lowest, highest);
        start[axis] = Math.max(0, first);
        step[axis] = by;
        long distance = by > 0 ? last - first : first - last;
        long stride = by == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(by);
        count[axis] = distance <= 0 ? 0 : (distance - 1) / stride + 1;
    }

    private static long clamp(long v, long low, long high) {
        return Math.max(low, Math.min(high, v));
    }

    Shape output(Shape x) {
        return x.rank() == count.length ? Shape.of(count) : x;
    }
}
