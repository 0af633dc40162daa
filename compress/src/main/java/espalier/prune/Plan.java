package espalier.prune;

import espalier.graph.Model;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of a network goes, at one granularity. */
interface Plan {
    /** The layers that lose something, by name. */
    List<String> layers();

    /** The network without a share of what one layer has: its parts of least importance set to zero. */
    Model without(int layer, double ratio, Evidence evidence);

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
