package espalier.work;

import espalier.data.DataSet;
import espalier.data.InputSpec;
import java.util.List;
import java.util.Random;

/**
 * Images of 4x4 pixels of noise in which one row is bright: the row is the class.
 *
 * @param first number of the first sample: sets that do not overlap share nothing
 * @param labelled whether the classes are told
 */
public record Spots(int first, int size, boolean labelled) implements DataSet {
    private static final int SIDE = 4;

    @Override
    public String name() {
        return "spots";
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(InputSpec.floats(1, SIDE, SIDE));
    }

    @Override
    public List<String> classNames() {
        return labelled ? List.of("first", "second", "third", "fourth") : List.of();
    }

    @Override
    public long label(int sample) {
        return labelled ? row(sample) : -1;
    }

    private static int row(int sample) {
        return sample % SIDE;
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        Random random = new Random(first + sample);
        for (int i = 0; i < SIDE * SIDE; i++) {
            boolean bright = i / SIDE == row(sample);
            into[offset + i] = (float) (random.nextGaussian() * 0.3 + (bright ? 1 : 0));
        }
    }
}
