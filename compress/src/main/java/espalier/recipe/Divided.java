package espalier.recipe;

import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.Split;
import espalier.work.Monitor;
import java.util.Optional;

/** Data with a part to measure on that nothing learns from: where there is none, a tenth of the samples is held back, whatever the seed. */
public final class Divided {
    private static final int FEWEST = 100;
    private static final int MOST_HELD_BACK = 10_000;
    private static final long SEED = 0;

    private Divided() {}

    public static DataSource of(DataSource data, Monitor monitor) {
        DataSet all = data.train();
        if (data.test().isPresent()) {
            return data;
        }
        if (all.size() < FEWEST) {
            monitor.say("the data are not divided and few: figures are of the training samples");
            return data;
        }
        int held = Math.min(MOST_HELD_BACK, all.size() / 10);
        monitor.say(String.format(
                "the data are not divided: %d of %d samples are held back to measure on", held, all.size()));
        Split split = Split.ofCount(all, held, SEED);
        return new DataSource(split.train(), Optional.of(split.validation()), data.files());
    }
}
