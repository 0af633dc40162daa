package espalier.data;

import espalier.graph.Graph;
import espalier.graph.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user named as data.
 *
 * @param train to learn from; the only part where the data are not divided
 * @param test to measure on, where there is such a part
 * @param files that were read, in a fixed order
 */
public record DataSource(DataSet train, Optional<DataSet> test, List<Path> files) {
    public DataSource {
        files = List.copyOf(files);
    }

    public static DataSource of(DataSet only) {
        return new DataSource(only, Optional.empty(), List.of());
    }

    public static DataSource of(DataSet train, DataSet test) {
        return new DataSource(train, Optional.of(test), List.of());
    }

    DataSource readFrom(List<Path> newFiles) {
        return new DataSource(train, test, newFiles);
    }

    /** The test part, or everything where the data are not divided. */
    public DataSet forMeasuring() {
        return test.orElse(train);
    }

    /** The shapes of one sample by input, with a batch of 1: what a model's free sizes are on these data. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (InputSpec i : train.inputs()) {
            Shape taken = i.taken();
            long[] sizes = new long[taken.rank() + 1];
            sizes[0] = 1;
            System.arraycopy(taken.toArray(), 0, sizes, 1, taken.rank());
            shapes.put(i.name(), Shape.of(sizes));
        }
        return shapes;
    }

    /**
     * These data under the names, shapes and element types of a model's inputs.
     *
     * @throws espalier.graph.BadInputException that names both shapes when they do not fit
     */
    public DataSource fitting(Graph model) {
        return new DataSource(Fit.of(train, model), test.map(t -> Fit.of(t, model)), files);
    }

    /** Identifies the data by the names and contents of their files; takes as long as reading them. */
    public String sha256() throws IOException {
        return Checksum.sha256(files);
    }
}
