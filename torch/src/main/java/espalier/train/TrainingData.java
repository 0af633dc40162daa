package espalier.train;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.Normalization;
import espalier.data.Split;
import java.util.Optional;

/**
 * What a run learns from.
 *
 * @param train shuffled by epoch
 * @param validation judged after each epoch; may be absent
 */
public record TrainingData(Batches train, Optional<Batches> validation) {

    /** Of all runs: what one step holds back, none has learned from before. */
    private static final long HELD_BACK = 0;

    /** A data set as the settings want it: with a share held back, the same in every run, augmented, in batches. */
    public static TrainingData of(DataSet data, Normalization normalization, Training how) {
        if (how.validation() == 0) {
            return new TrainingData(batches(data, normalization, how), Optional.empty());
        }
        Split split = Split.of(data, how.validation(), HELD_BACK);
        Batches held = Batches.of(split.validation(), Batching.inOrder(how.batch(), normalization));
        return new TrainingData(batches(split.train(), normalization, how), Optional.of(held));
    }

    private static Batches batches(DataSet data, Normalization normalization, Training how) {
        int size = Math.min(how.batch(), Math.max(1, data.size()));
        return Batches.of(data, Batching.shuffled(size, how.seed(), how.augmentation(), normalization));
    }
}
