package espalier.data;

import java.util.Optional;

/**
 * What a user named as data.
 *
 * @param train to learn from; the only part where the data are not divided
 * @param test to measure on, where there is such a part
 */
public record DataSource(DataSet train, Optional<DataSet> test) {
    public static DataSource of(DataSet only) {
        return new DataSource(only, Optional.empty());
    }

    public static DataSource of(DataSet train, DataSet test) {
        return new DataSource(train, Optional.of(test));
    }

    /** The test part, or everything where the data are not divided. */
    public DataSet forMeasuring() {
        return test.orElse(train);
    }
}
