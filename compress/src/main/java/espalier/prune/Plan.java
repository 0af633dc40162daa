package espalier.prune;

import espalier.graph.Model;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of a network goes, at one granularity. */
interface Plan {
    /** The layers that lose something, by name. */
    List<String> layers();

    /** The network with its weakest parts in one layer set to zero, as the evidence judges them. */
    Without without(Evidence evidence);

    /** The network without a share of what one layer has. */
    @FunctionalInterface
    interface Without {
        Model share(int layer, double ratio);
    }

    /** The initializers that {@link #masks} tells of. */
    Set<String> maskable(boolean everywhere);

    /**
     * Masks over initializers, 0 for what goes and 1 for what stays, in row-major order.
     *
     * @param share of the goal, 0..1
     * @param everywhere whether all that goes with a unit is masked, or its filters alone
     */
    Map<String, float[]> masks(Evidence evidence, double share, boolean everywhere);
}
