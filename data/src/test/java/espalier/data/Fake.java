package espalier.data;

import java.util.List;
import java.util.stream.IntStream;

/** Sample {@code i} holds {@code 1000 * i}, {@code 1000 * i + 1}, ...; its label is {@code i % classes}. */
record Fake(int size, InputSpec spec, int classes) implements DataSet {
    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(spec);
    }

    @Override
    public List<String> classNames() {
        return IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
    }

    @Override
    public long label(int sample) {
        return classes == 0 ? -1 : sample % classes;
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        for (int i = 0; i < spec.elements(); i++) {
            into[offset + i] = 1000 * sample + i;
        }
    }
}
