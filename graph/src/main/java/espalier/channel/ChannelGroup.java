package espalier.channel;

import java.util.BitSet;
import java.util.List;

/**
 * Units that may be removed independently of each other, and whose values are the same ones throughout the network. A unit is the
 * smallest thing that can go: usually a channel, with all filters, biases and statistics that belong to it in the layers it runs
 * through; an attention head; a channel in each half of a shuffle.
 *
 * @param index position in {@link ChannelGroups#groups()}
 * @param first number of the first unit, counted over all groups
 * @param size number of units
 * @param origins the layers whose output these units are, in the order of the graph
 * @param slots all elements of initializers that go with the units
 * @param rows limits: in each, the rows (units counted from 0 within the group) must keep equally many units
 * @param alive limits: of each of these sets of units (counted from 0 within the group) at least one must stay
 */
public record ChannelGroup(
        int index, int first, int size, List<Origin> origins, List<Slot> slots, List<Rows> rows, List<BitSet> alive) {

    /**
     * A layer that makes the units.
     *
     * @param node the layer's label
     * @param weight its weight
     * @param axis the axis of its output along which they lie
     * @param channels its size along that axis
     */
    public record Origin(String node, String weight, int axis, int channels) {}

    /** Sets of units that must keep equally many. */
    public record Rows(List<BitSet> rows) {}

    public ChannelGroup {
        origins = List.copyOf(origins);
        slots = List.copyOf(slots);
        rows = List.copyOf(rows);
        alive = List.copyOf(alive);
    }

    /** The name of the layer that makes the units first. */
    public String name() {
        return origins.get(0).node();
    }

    /** The slots of one role. */
    public List<Slot> slots(Role role) {
        return slots.stream().filter(s -> s.role() == role).toList();
    }

    /** Channels of the layers in {@link #origins()} that each unit takes along: 1 and 1 and 1 in a plain network. */
    public int[] channels() {
        int[] out = new int[size];
        for (Origin o : origins) {
            int[] its = channels(o);
            for (int u = 0; u < size; u++) {
                out[u] += its[u];
            }
        }
        return out;
    }

    /** Channels of one of the layers in {@link #origins()} that each unit takes along. */
    public int[] channels(Origin origin) {
        int[] out = new int[size];
        for (Slot s : slots) {
            if (s.role() == Role.PRODUCER && s.initializer().equals(origin.weight())) {
                long perChannel = s.view().elements() / origin.channels();
                int[] counts = s.counts(this);
                for (int u = 0; u < size; u++) {
                    out[u] = (int) (counts[u] / perChannel);
                }
            }
        }
        return out;
    }

    @Override
    public String toString() {
        return name() + ": " + size + " units";
    }
}
