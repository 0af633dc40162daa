package espalier.calibrate;

import espalier.data.Batches;
import espalier.data.Batching;
import espalier.data.DataSet;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.graph.Shape;
import java.util.List;
import java.util.Random;

/** Unlabelled random samples, whose mean and spread differ from channel to channel. */
public record Noise(int size, Shape shape) implements DataSet {
    public static Noise of(int size, long... shape) {
        return new Noise(size, Shape.of(shape));
    }

    public Batches batches(int size) {
        return Batches.of(this, Batching.inOrder(size, Normalization.NONE));
    }

    @Override
    public String name() {
        return "noise";
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(InputSpec.floats(shape.toArray()));
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public long label(int sample) {
        return -1;
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        Random random = new Random(sample);
        int n = (int) shape.elements();
        int perChannel = n / (int) shape.dim(0);
        for (int i = 0; i < n; i++) {
            int channel = i / perChannel;
            into[offset + i] = (float) (0.3 * channel - 0.5 + (1 + 0.2 * channel) * random.nextGaussian());
        }
    }
}
