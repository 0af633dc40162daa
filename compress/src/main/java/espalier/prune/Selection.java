package espalier.prune;

import java.util.List;

/** How many units of each group stay, from their scores. */
public sealed interface Selection permits PerLayer, Global {
    /**
     * The wanted number of kept units of each group, not yet rounded to a width.
     *
     * @param scores one array per group, one score per unit; the smallest matters least
     * @param ratio share of the units to remove, 0..1
     */
    double[] kept(List<double[]> scores, double ratio);
}
