package espalier.train;

import espalier.data.DataSet;
import espalier.data.InputSpec;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Images of one of several random patterns each, with noise: easy to tell apart. */
record Clusters(int size, int classes, int channels, int side, boolean labelled) implements DataSet {
    @Override
    public String name() {
        return "clusters";
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(InputSpec.floats(channels, side, side));
    }

    @Override
    public List<String> classNames() {
        return labelled
                ? IntStream.range(0, classes).mapToObj(c -> "class " + c).toList()
                : List.of();
    }

    @Override
    public long label(int sample) {
        return labelled ? sample % classes : -1;
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        Random pattern = new Random(sample % classes);
        Random noise = new Random(1000 + sample);
        for (int i = 0; i < channels * side * side; i++) {
            into[offset + i] = (float) (pattern.nextGaussian() + 0.5 * noise.nextGaussian());
        }
    }
}
