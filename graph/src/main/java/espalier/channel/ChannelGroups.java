package espalier.channel;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.op.InputShapes;
import espalier.op.Trace;
import java.util.List;
import java.util.Map;

/**
 * The channel groups of a network: what can be removed, what goes with it, and what must stay and why.
 *
 * <p>The model should be as {@code Passes.beforeTraining()} leaves it: weights that are computed, or merged by an exporter, keep
 * their channels. Operators without a rule keep what they touch, so a group is never wrong, only missing.
 */
public final class ChannelGroups {
    /** Shapes that differ under these two depend on the batch. */
    private static final long BATCH = 2;

    private static final long OTHER_BATCH = 3;

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
        Trace trace = null;
        Map<String, Shape> two = InputShapes.of(model, BATCH, overrides);
        Map<String, Shape> three = InputShapes.of(model, OTHER_BATCH, overrides);
        try {
            trace = Trace.of(model, two);
            return of(model, trace, two.equals(three) ? trace : Trace.of(model, three));
        } catch (BadInputException e) {
            return ofOne(model, overrides, e);
        }
    }

    /** Some exports declare a free batch but only run with 1. */
    private static ChannelGroups ofOne(Model model, Map<String, Shape> overrides, BadInputException failed) {
        try {
            Trace one = Trace.of(model, InputShapes.of(model, 1, overrides));
            return of(model, one, one);
        } catch (BadInputException e) {
            e.addSuppressed(failed);
            throw e;
        }
    }

    /**
     * @param trace shapes at one batch size, larger than 1
     * @param otherBatch shapes at another; the same trace where the batch is fixed
     */
    public static ChannelGroups of(Model model, Trace trace, Trace otherBatch) {
        return new Grouping(Labelling.of(model, trace, otherBatch)).groups();
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
