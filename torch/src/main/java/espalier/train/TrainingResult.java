package espalier.train;

import java.util.List;

/**
 * How a run ended. The weights are in the program.
 *
 * @param stopped whether it was asked to stop before its end; its checkpoint tells how to go on
 * @param steps done in all, those before a resumption included
 * @param epochs of the whole run, in order
 */
public record TrainingResult(boolean stopped, long steps, List<EpochResult> epochs) {
    public TrainingResult {
        epochs = List.copyOf(epochs);
    }
}
