package espalier.channel;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The channel groups of a network: what can be removed, what goes with it, and what must stay and why.
 *
 * <p>The model should be as {@code Passes.beforeTraining()} leaves it: weights that are computed, or merged by an exporter, keep
 * their channels. Operators without a rule keep what they touch, so a group is never wrong, only missing.
 */
public final class ChannelGroups {
    private final Labelling labelling;
    private final Map<String, Labels> values;
    private final List<ChannelGroup> groups;
    private final List<Slot> slots;
    private final List<Fixed> fixed;

    /** A layer's channels that all stay. */
    public static final class Fixed {
        private final ChannelGroup.Origin layer;
        private final Pin pin;

        Fixed(ChannelGroup.Origin layer, Pin pin) {
            this.layer = layer;
            this.pin = pin;
        }

        public ChannelGroup.Origin layer() {
            return layer;
        }

        /** What is done with them: a node, and why that keeps them. */
        public String why() {
            return pin.toString();
        }

        @Override
        public String toString() {
            return layer.node() + ": " + why();
        }
    }

    ChannelGroups(
            Labelling labelling,
            Map<String, Labels> values,
            List<ChannelGroup> groups,
            List<Slot> slots,
            List<Fixed> fixed) {
        this.labelling = labelling;
        this.values = values;
        this.groups = List.copyOf(groups);
        this.slots = List.copyOf(slots);
        this.fixed = List.copyOf(fixed);
    }

    public static ChannelGroups of(Model model) {
        return of(model, Map.of());
    }

    /**
     * @param overrides shapes of inputs whose sizes are not fixed, as of {@link InputShapes}
     * @throws BadInputException where a size is missing or shapes do not fit
     */
    public static ChannelGroups of(Model model, Map<String, Shape> overrides) {
        FreeSizes sizes = FreeSizes.of(model, overrides);
        return of(model, sizes.trace(), sizes.other());
    }

    /**
     * @param trace shapes at one batch size, larger than 1 where it is free
     * @param otherSizes shapes for other values of all that is free; the same trace where nothing is
     */
    public static ChannelGroups of(Model model, Trace trace, Trace otherSizes) {
        return new Grouping(Labelling.of(model, trace, otherSizes)).groups();
    }

    /** In the order in which their channels are made. */
    public List<ChannelGroup> groups() {
        return groups;
    }

    /** All slots; one initializer may have several, and an element goes if any of them says so. */
    public List<Slot> slots() {
        return slots;
    }

    /** The layers none of whose channels can go. */
    public List<Fixed> fixed() {
        return fixed;
    }

    /** Number of units in all groups. */
    public int units() {
        return groups.isEmpty()
                ? 0
                : groups.get(groups.size() - 1).first()
                        + groups.get(groups.size() - 1).size();
    }

    /** The group a unit belongs to; units are counted over all groups. */
    public ChannelGroup groupOf(int unit) {
        int low = 0;
        int high = groups.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (groups.get(middle).first() <= unit) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return groups.get(low);
    }

    /** The values along one axis of which a group's units lie, sorted by name. */
    public List<Carrier> carriers(ChannelGroup group) {
        List<Carrier> carriers = new ArrayList<>();
        new TreeMap<>(values).forEach((value, labels) -> {
            int[] units = labels.ids().clone();
            boolean any = false;
            for (int i = 0; i < units.length; i++) {
                int unit = units[i] - 1 - group.first();
                units[i] = unit >= 0 && unit < group.size() ? unit : -1;
                any |= units[i] >= 0;
            }
            if (any && labels.varying() == 1) {
                carriers.add(new Carrier(value, labels.varyingAxis(), units));
            }
        });
        return carriers;
    }

    Labelling labelling() {
        return labelling;
    }

    /** The units of a value's elements, plus one; 0 for what stays. */
    Labels units(String value) {
        Labels l = values.get(value);
        return l != null ? l : Labels.none(labelling.rank(value));
    }

    Iterable<Map.Entry<String, Labels>> values() {
        return values.entrySet();
    }
}
