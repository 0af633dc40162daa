package espalier.dynamic;

import java.util.List;

/**
 * What thresholds lead to on some samples.
 *
 * @param thresholds one for each exit but the last
 * @param accuracy share of right answers, 0..1
 * @param macs mean multiply-adds of a sample
 * @param shares of the samples that leave at each exit, the last included
 */
record OperatingPoint(List<Double> thresholds, double accuracy, double macs, List<Double> shares) {
    OperatingPoint {
        thresholds = List.copyOf(thresholds);
        shares = List.copyOf(shares);
    }
}
