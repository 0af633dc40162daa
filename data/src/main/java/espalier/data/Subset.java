package espalier.data;

import java.util.List;

/** Some samples of another data set, in a given order. */
record Subset(DataSet whole, int[] samples, String name) implements DataSet {
    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public List<InputSpec> inputs() {
        return whole.inputs();
    }

    @Override
    public List<String> classNames() {
        return whole.classNames();
    }

    @Override
    public long label(int sample) {
        return whole.label(samples[sample]);
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        whole.fill(samples[sample], input, into, offset);
    }

    @Override
    public void fill(int sample, int input, long[] into, int offset) {
        whole.fill(samples[sample], input, into, offset);
    }
}
