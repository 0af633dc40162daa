package espalier.calibrate;

/**
 * Mean and variance of each channel of a value, over samples and positions.
 *
 * @param mean one for each channel
 * @param variance one for each channel, of the population: the mean squared distance from the mean
 */
public record ChannelMoments(double[] mean, double[] variance) {
    public int channels() {
        return mean.length;
    }
}
