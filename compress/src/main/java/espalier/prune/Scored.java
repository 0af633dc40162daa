package espalier.prune;

/**
 * What a selection knows of a layer.
 *
 * @param layer its name
 * @param scores one for each unit, weight or block that may go; the smallest matters least
 * @param curve how sensitive it is, for selections that ask
 */
public record Scored(String layer, double[] scores, Curve curve) {
    Scored(String layer, double[] scores) {
        this(layer, scores, Curve.UNKNOWN);
    }
}
