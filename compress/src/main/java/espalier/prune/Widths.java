package espalier.prune;

import espalier.config.Key;
import espalier.graph.BadInputException;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which widths a cut may leave. Kernels of ONNX Runtime work on 8 or 16 channels at a time: 47 channels are slower than 48.
 *
 * @param round kept channels are a multiple of it, where the group is wide enough, or all of them
 * @param minimum never fewer
 */
public record Widths(
        @Key("round kept channels to a multiple of this") int round,
        @Key("keep at least so many channels") int minimum) {
    public Widths() {
        this(8, 4);
    }

    public Widths {
        if (round < 1) {
            throw BadInputException.of("round must be at least 1, got %d", round);
        }
        if (minimum < 1) {
            throw BadInputException.of("minimum must be at least 1, got %d", minimum);
        }
    }

    /** The allowed width nearest to {@code wanted} out of {@code units}, all of them among it; narrow groups have a finer step. */
    int nearest(double wanted, int units) {
        int fit = units >= 2 * round ? round : Math.max(1, Integer.highestOneBit(units / 4));
        int multiple = (int) Math.round(wanted / fit) * fit;
        int rounded = Math.abs(units - wanted) < Math.abs(multiple - wanted) ? units : multiple;
        return Math.max(Math.min(minimum, units), Math.min(rounded, units));
    }

    /** The next allowed width above {@code kept} out of {@code units}; empty where there is none. */
    OptionalInt above(int kept, int units) {
        return IntStream.rangeClosed(kept + 1, units)
                .filter(w -> nearest(w, units) == w)
                .findFirst();
    }
}
