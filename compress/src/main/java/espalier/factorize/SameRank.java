package espalier.factorize;

import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.Arrays;
import java.util.List;

/**
 * A number.
 *
 * @param rank of every layer, for each of its unfoldings or as many as that has
 */
@Method(key = "number", summary = "the same rank for every layer")
public record SameRank(@Key("of every layer") int rank) implements Ranks {
    public SameRank() {
        this(8);
    }

    public SameRank {
        if (rank < 1) {
            throw BadInputException.of("rank must be 1 or more, got %d", rank);
        }
    }

    @Override
    public List<Split> chosen(Trial trial) {
        return trial.each(target -> of(target.name(), trial.full(target)));
    }

    int[] of(String layer, int[] full) {
        int most = Arrays.stream(full).max().orElse(0);
        if (rank > most) {
            throw BadInputException.of(
                    "layer '%s': rank %d is above its full rank %d: give a lower one, or exclude the layer",
                    layer, rank, most);
        }
        return Arrays.stream(full).map(f -> Math.min(f, rank)).toArray();
    }
}
