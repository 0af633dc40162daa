package espalier.data;

import espalier.graph.BadInputException;
import java.util.List;

/** Images of one size held as bytes, as IDX and CIFAR files have them. */
final class ByteImages implements DataSet {
    private static final float[] UNIT = new float[256];

    static {
        for (int i = 0; i < 256; i++) {
            UNIT[i] = i / 255f;
        }
    }

    private final String name;
    private final InputSpec image;
    private final byte[] pixels;
    private final byte[] labels;
    private final List<String> classNames;

    /**
     * @param pixels all images one after the other
     * @param labels one byte an image, or none at all
     * @param classNames by label; empty without labels
     */
    ByteImages(String name, InputSpec image, byte[] pixels, byte[] labels, List<String> classNames) {
        this.name = name;
        this.image = image;
        this.pixels = pixels;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        checkLabels();
    }

    private void checkLabels() {
        for (int i = 0; i < labels.length; i++) {
            if ((labels[i] & 0xff) >= classNames.size()) {
                throw BadInputException.of(
                        "%s: label %d of sample %d is out of range 0 to %d: the labels do not belong to this data set",
                        name, labels[i] & 0xff, i, classNames.size() - 1);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return pixels.length / image.elements();
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(image);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public long label(int sample) {
        return labels.length == 0 ? -1 : labels[sample] & 0xff;
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        int n = image.elements();
        int from = sample * n;
        for (int i = 0; i < n; i++) {
            into[offset + i] = UNIT[pixels[from + i] & 0xff];
        }
    }
}
