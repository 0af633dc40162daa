package espalier.channel;

/**
 * What operators do with labels: one table for each topic. An operator in none of them keeps whatever it reads, so that a missing
 * rule costs channels but never a correct result.
 */
final class Rules {
    private Rules() {}

    /** False where there is no rule. */
    static boolean apply(Site s) {
        return s.node().isStandard()
                && (ElementwiseRules.apply(s)
                        || ConvolutionRules.apply(s)
                        || ProductRules.apply(s)
                        || LayoutRules.apply(s)
                        || IndexRules.apply(s)
                        || NormalizationRules.apply(s)
                        || SpatialRules.apply(s)
                        || ReductionRules.apply(s));
    }
}
