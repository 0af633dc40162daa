package espalier.channel;

import espalier.graph.Shape;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Elements of an initializer that live and die with units. The initializer's elements, in row-major order, are seen under {@link
 * #view()}; along the axes on which the slot varies each position belongs to one unit or to none.
 */
public final class Slot {
    private final String initializer;
    private final String node;
    private final Role role;
    private final Shape view;
    private final Labels units;

    /** @param units unit + 1, or 0 for what stays */
    Slot(String initializer, String node, Role role, Shape view, Labels units) {
        this.initializer = initializer;
        this.node = node;
        this.role = role;
        this.view = view;
        this.units = units;
    }

    public String initializer() {
        return initializer;
    }

    /** Label of the node that reads the initializer. */
    public String node() {
        return node;
    }

    public Role role() {
        return role;
    }

    /** The initializer's shape; for a grouped convolution its first axis split into groups and the rest. */
    public Shape view() {
        return view;
    }

    Labels units() {
        return units;
    }

    /** The axis of the view along which the slot varies, or -1 where it varies along several. */
    public int axis() {
        return units.varying() == 1 ? units.varyingAxis() : -1;
    }

    /** For each position along {@link #axis()} its unit, counted over all groups, or -1 for what stays. */
    public int[] unitsAlongAxis() {
        int[] out = units.ids().clone();
        for (int i = 0; i < out.length; i++) {
            out[i]--;
        }
        return out;
    }

    /**
     * Adds the sum of {@code f} over each unit's elements.
     *
     * @param weights the initializer's elements
     * @param perUnit one sum for each unit of all groups
     */
    public void addSums(float[] weights, DoubleUnaryOperator f, double[] perUnit) {
        walk((unit, from, to) -> {
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += f.applyAsDouble(weights[i]);
            }
            perUnit[unit] += sum;
        });
    }

    /** The sum of {@code f} over the elements of each of a group's units. */
    public double[] sums(ChannelGroup group, float[] weights, DoubleUnaryOperator f) {
        double[] out = new double[group.size()];
        walk((unit, from, to) -> {
            int u = unit - group.first();
            if (u >= 0 && u < out.length) {
                for (int i = from; i < to; i++) {
                    out[u] += f.applyAsDouble(weights[i]);
                }
            }
        });
        return out;
    }

    /** How many elements each of a group's units has here. */
    public int[] counts(ChannelGroup group) {
        int[] out = new int[group.size()];
        walk((unit, from, to) -> {
            int u = unit - group.first();
            if (u >= 0 && u < out.length) {
                out[u] += to - from;
            }
        });
        return out;
    }

    /** What is done with a run of elements that belong to one unit. */
    public interface Run {
        void accept(int unit, int from, int to);
    }

    /** Visits all elements that belong to units, in order, in runs as long as they come. */
    public void walk(Run run) {
        int last = view.rank() - 1;
        while (last >= 0 && !units.varies(last)) {
            last--;
        }
        int length = 1;
        for (int i = last + 1; i < view.rank(); i++) {
            length *= (int) view.dim(i);
        }
        Odometer o = new Odometer(Arrays.copyOf(Site.ints(view), last + 1), units);
        for (int from = 0; o.hasNext(); from += length) {
            int id = o.next();
            if (id > 0) {
                run.accept(id - 1, from, from + length);
            }
        }
    }

    @Override
    public String toString() {
        return role + " " + initializer + view;
    }
}
