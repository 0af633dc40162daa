package espalier.channel;

import java.util.List;

/**
 * A demand on labels that is settled when a pass has seen every node, because labels that differ when the node is met may be one unit
 * in the end. Settling only ever unites, so that a demand once met stays met.
 */
sealed interface Check {
    void settle(Units units, Uses uses);

    /** Nothing may be taken along some axes: what lies along them is one unit. */
    record Whole(Labels labels, int[] axes, Pin pin) implements Check {
        @Override
        public void settle(Units units, Uses uses) {
            Labels l = labels.canonical(units);
            for (int axis : axes) {
                if (l.varies(axis)) {
                    units.uniteOver(l, axis, pin);
                    l = l.canonical(units);
                }
            }
            if (l.isUniform()) {
                units.pinAll(l, pin);
            }
        }
    }

    /** Axes change places: where two with labels do, what is kept must be the same along the shorter. */
    record Ordered(Labels labels, int[] perm, Pin pin) implements Check {
        @Override
        public void settle(Units units, Uses uses) {
            Labels l = labels.canonical(units);
            while (!keepsOrder(l)) {
                units.uniteOver(l, shortest(l), pin);
                l = l.canonical(units);
            }
        }

        private boolean keepsOrder(Labels l) {
            int last = -1;
            for (int axis : perm) {
                if (l.varies(axis)) {
                    if (axis < last) {
                        return false;
                    }
                    last = axis;
                }
            }
            return true;
        }
    }

    /** Positions along an axis are counted: labels that vary along it vary along no other. */
    record Counted(Labels labels, int axis, Pin pin) implements Check {
        @Override
        public void settle(Units units, Uses uses) {
            Labels l = labels.canonical(units);
            while (l.varies(axis) && l.varying() > 1) {
                units.uniteOver(l, shortest(l), pin);
                l = l.canonical(units);
            }
        }
    }

    /** A smaller operand is repeated along axes that may have labels. */
    record Meets(Labels labels, Labels operand, int[] shape, Pin pin) implements Check {
        @Override
        public void settle(Units units, Uses uses) {
            Labels o = operand.canonical(units);
            Labels l = labels.canonical(units);
            if (o.isUniform() && !touches(l, shape)) {
                return;
            }
            l = uniteOverMissing(l, shape, units, pin);
            int[] to = new int[shape.length];
            for (int i = 0; i < to.length; i++) {
                to[i] = Math.max(l.dims()[i], o.dims()[i]);
            }
            units.uniteAll(l.broadcast(to), o.broadcast(to), pin);
        }
    }

    /** A constant that is applied to a value of the same rank by broadcasting. */
    record Follows(Labels labels, Use use, Role role, Pin pin) implements Check {
        @Override
        public void settle(Units units, Uses uses) {
            Labels l = labels.canonical(units);
            if (l.isNone() || !touches(l, use.view())) {
                return;
            }
            l = uniteOverMissing(l, use.view(), units, pin);
            uses.add(new Use(use.initializer(), use.node(), use.view(), List.of(l), List.of(role)));
        }
    }

    private static boolean touches(Labels l, int[] shape) {
        for (int i = 0; i < shape.length; i++) {
            if (l.varies(i) && shape[i] > 1) {
                return true;
            }
        }
        return false;
    }

    private static Labels uniteOverMissing(Labels labels, int[] shape, Units units, Pin pin) {
        Labels l = labels;
        for (int i = 0; i < shape.length; i++) {
            if (l.varies(i) && shape[i] == 1) {
                units.uniteOver(l, i, pin);
                l = l.canonical(units);
            }
        }
        return l;
    }

    private static int shortest(Labels l) {
        int axis = -1;
        for (int i = 0; i < l.rank(); i++) {
            if (l.varies(i) && (axis < 0 || l.dims()[i] < l.dims()[axis])) {
                axis = i;
            }
        }
        return axis;
    }
}
