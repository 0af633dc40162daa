package espalier.bench;

import espalier.data.DataSet;
import espalier.data.InputSpec;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Noise with random labels, held in memory. */
final class RandomImages implements DataSet {
    private static final int CLASSES = 10;

    private final int size;
    private final InputSpec spec;
    private final float[] pixels;

    RandomImages(int size, int channels, int height, int width) {
        this.size = size;
        this.spec = InputSpec.floats(channels, height, width);
        this.pixels = new float[size * spec.elements()];
        Random random = new Random(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
    }

    @Override
    public String name() {
        return "random images";
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(spec);
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
    }

    @Override
    public long label(int sample) {
        return sample % CLASSES;
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        System.arraycopy(pixels, sample * spec.elements(), into, offset, spec.elements());
    }
}
