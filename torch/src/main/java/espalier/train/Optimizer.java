package espalier.train;

import org.bytedeco.pytorch.Tensor;

/**
 * How a gradient changes a parameter. Weight decay is for matrices and filters alone, not for biases and the scales and shifts of
 * normalisation (rank 0 and 1): He, Zhang, Zhang, Zhang, Xie, Li: Bag of Tricks for Image Classification, 2018, arXiv:1812.01187,
 * section 3.1.
 */
public sealed interface Optimizer permits Sgd, AdamW {
    /** The highest learning rate; a {@link Schedule} scales it. */
    double learningRate();

    Optimizer withLearningRate(double rate);

    /**
     * One step of one parameter, without gradient recording.
     *
     * @param parameter changed in place
     * @param gradient of the same shape; its contents are used up
     * @param slots what the optimizer remembers of this parameter
     * @param rate the learning rate of this step
     * @param step from 1
     */
    void update(Tensor parameter, Tensor gradient, Slots slots, double rate, long step);

    /** The weight decay of a parameter, when {@code decay} is that of the parameters that have any. */
    static double decayOf(Tensor parameter, double decay) {
        return parameter.dim() > 1 ? decay : 0;
    }
}
