package espalier.calibrate;

import espalier.channel.ChannelGroup;
import espalier.channel.ChannelGroups;
import espalier.channel.Choice;
import espalier.channel.Role;
import espalier.channel.Slot;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which of the original's channels a changed network still has. */
public final class Survivors {
    private final Map<String, BitSet> gone;

    private Survivors(Map<String, BitSet> gone) {
        this.gone = gone;
    }

    /** All: the network has the shape of the original, and other weights. */
    public static Survivors all() {
        return new Survivors(Map.of());
    }

    /** Those that a choice leaves, of the model whose groups it was made of. */
    public static Survivors of(Choice choice) {
        return new Survivors(choice.groups().slots().stream()
                .filter(s -> s.role() != Role.CONSUMER)
                .collect(Collectors.toMap(Slot::initializer, s -> removed(s, choice), Survivors::either)));
    }

    /** The elements that go. */
    private static BitSet removed(Slot slot, Choice choice) {
        BitSet elements = new BitSet();
        ChannelGroups groups = choice.groups();
        slot.walk((unit, from, to) -> {
            ChannelGroup g = groups.groupOf(unit);
            if (choice.removed(g).get(unit - g.first())) {
                elements.set(from, to);
            }
        });
        return elements;
    }

    private static BitSet either(BitSet a, BitSet b) {
        a.or(b);
        return a;
    }

    /**
     * The output channels of a layer that are left, in their order.
     *
     * @param weight the layer's weight in the original
     * @param channels how many the layer had
     * @param channel the channel that an element of the weight belongs to
     */
    int[] outputs(String weight, int channels, IntUnaryOperator channel) {
        BitSet removed = new BitSet();
        BitSet elements = gone.getOrDefault(weight, new BitSet());
        elements.stream().map(channel).forEach(removed::set);
        return IntStream.range(0, channels).filter(c -> !removed.get(c)).toArray();
    }

    static double[] take(double[] values, int[] at) {
        return Arrays.stream(at).mapToDouble(i -> values[i]).toArray();
    }
}
