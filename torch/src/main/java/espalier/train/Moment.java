package espalier.train;

/**
 * How far a run is.
 *
 * @param epoch from 1
 * @param epochs of the whole run
 * @param step done so far in the whole run
 * @param steps of the whole run
 * @param loss mean over the last steps of the epoch, at most 50 of them
 * @param samplesPerSecond over the same steps, validation left out
 * @param secondsLeft at that speed
 */
public record Moment(
        int epoch, int epochs, long step, long steps, double loss, double samplesPerSecond, double secondsLeft) {}
