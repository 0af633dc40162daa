package espalier.train;

import java.util.Optional;

/**
 * What came of an epoch.
 *
 * @param epoch from 1
 * @param loss mean of the objective over its steps
 * @param validation of the weights after it, averaged ones, as the run would end with, where there is averaging;
 *     empty without validation data
 */
public record EpochResult(int epoch, double loss, Optional<Validation> validation) {}
