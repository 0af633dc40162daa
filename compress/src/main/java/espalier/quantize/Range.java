package espalier.quantize;

/** Which part of the values of an activation the grid covers; what lies outside is clipped. */
public sealed interface Range permits MinMax, Percentile, Entropy, Mse {
    /**
     * @param values of the activation for all calibration samples
     * @param steps number of the grid's points less one
     */
    Interval of(Histogram values, int steps);
}
