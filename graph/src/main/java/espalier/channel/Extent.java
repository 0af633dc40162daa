package espalier.channel;

/** What remains of a value or an initializer: its smaller shape, and which positions along an axis are left. */
final class Extent {
    private final int[] shape;
    private final Labels units;
    private final Choice choice;

    private Extent(int[] shape, Labels units, Choice choice) {
        this.shape = shape;
        this.units = units;
        this.choice = choice;
    }

    /**
     * The shape after the cut. Elements close up in row-major order, so that every part that is left must be left with equally many.
     *
     * @throws IllegalStateException where the rest is not rectangular: the rules should have ruled that out
     */
    static int[] kept(int[] shape, Labels units, Choice choice) {
        int[] kept = new Extent(shape, units, choice).kept(0, 0);
        if (kept.length == 0 && shape.length > 0) {
            throw new IllegalStateException("a cut would leave nothing");
        }
        return kept;
    }

    /** Sizes of what is left of the block that starts at {@code offset}; without sizes where nothing is. */
    private int[] kept(int axis, int offset) {
        if (axis == shape.length) {
            return new int[] {};
        }
        int[] sizes = null;
        int count = 0;
        int inner = units.inner(axis);
        for (int i = 0; i < units.dims()[axis]; i++) {
            int at = offset + i * inner;
            boolean last = axis == shape.length - 1;
            if (last && choice.removes(units.ids()[at])) {
                continue;
            }
            int[] part = kept(axis + 1, at);
            if (!last && part.length == 0) {
                continue;
            }
            if (sizes != null && !java.util.Arrays.equals(sizes, part)) {
                throw new IllegalStateException("a cut would leave rows of different lengths");
            }
            sizes = part;
            count++;
        }
        if (sizes == null) {
            return new int[0];
        }
        int[] out = new int[sizes.length + 1];
        out[0] = units.varies(axis) ? count : shape[axis];
        System.arraycopy(sizes, 0, out, 1, sizes.length);
        return out;
    }

    /** Whether anything is left at each position along an axis. */
    static boolean[] keptAlong(int size, int axis, Labels units, Choice choice) {
        boolean[] kept = new boolean[size];
        int inner = units.inner(axis);
        for (int i = 0; i < units.ids().length; i++) {
            if (!choice.removes(units.ids()[i])) {
                kept[i / inner % units.dims()[axis]] = true;
            }
        }
        for (int i = units.dims()[axis]; i < size; i++) {
            kept[i] = kept[0];
        }
        return kept;
    }

    /** How many of the first {@code end} positions are left. */
    static int before(boolean[] kept, long end) {
        int n = 0;
        for (int i = 0; i < kept.length && i < end; i++) {
            n += kept[i] ? 1 : 0;
        }
        return n;
    }
}
