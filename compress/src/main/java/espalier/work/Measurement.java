package espalier.work;

import java.util.OptionalDouble;

/**
 * What a model costs and is worth; all of it seen in the referee, none of it estimated from the training.
 *
 * @param accuracy top-1 share of the labelled test images, 0..1; empty without labels
 * @param agreement share of the test images whose top-1 class is that of the original model, 0..1; empty for the original itself
 * @param parameters number of weights
 * @param macs multiply-adds of one inference of batch 1
 * @param bytes size of the ONNX file
 * @param latencyMillis median time of one inference of batch 1
 */
public record Measurement(
        OptionalDouble accuracy,
        OptionalDouble agreement,
        long parameters,
        long macs,
        long bytes,
        OptionalDouble latencyMillis) {

    /** This measurement with the latency, which is taken for all models of a run together so that their ratios hold. */
    public Measurement withLatency(double millis) {
        return new Measurement(accuracy, agreement, parameters, macs, bytes, OptionalDouble.of(millis));
    }
}
