package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.train.Training;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.List;
import java.util.Optional;

/** How much each unit of a channel group, or each single weight, matters. */
public sealed interface Importance permits L1, L2, Fpgm, Slimming, Apoz, Taylor, RandomImportance {
    /** For each group one score per unit, in their order; the smallest matters least. */
    List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence);

    /**
     * For each initializer one score per element, in row-major order.
     *
     * @throws BadInputException where the method judges whole channels only
     */
    default List<double[]> ofWeights(List<String> initializers, Evidence evidence) {
        throw BadInputException.of(
                "importance %s judges whole channels: for single weights take l1, taylor or random",
                espalier.config.Family.keyOf(this));
    }

    /** Whether it looks at data, and not at weights alone. */
    default boolean readsData() {
        return false;
    }

    /** Whether scores are norms, which tell units apart only where {@link Health} finds that they can. */
    default boolean isNorm() {
        return false;
    }

    /** How {@link #prepared} trains the network, where it does. */
    default Optional<Training> preparation() {
        return Optional.empty();
    }

    /** The network as it must be before this importance can judge it; most take it as it is. */
    default Outcome prepared(Model model, Workbench bench) {
        return new Outcome(model, List.of());
    }
}
