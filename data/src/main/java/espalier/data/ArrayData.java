package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Samples that lie in arrays whose first axis counts them. Unsigned bytes of three axes are the pixels of an image, from 0 to 255. */
final class ArrayData implements DataSet {
    static final String LABELS = "labels";
    private static final long MOST_CLASSES = 1_000_000;

    private final String name;
    private final List<InputSpec> inputs;
    private final List<Tensor> arrays;
    private final long[] labels;
    private final List<String> classNames;

    private ArrayData(
            String name, List<InputSpec> inputs, List<Tensor> arrays, long[] labels, List<String> classNames) {
        this.name = name;
        this.inputs = inputs;
        this.arrays = arrays;
        this.labels = labels;
        this.classNames = classNames;
    }

    /** Labels from 0 to the largest that occurs, as many names as there are. */
    static List<String> numbered(long[]... labels) {
        long most = LongStream.concat(
                        LongStream.of(-1), java.util.Arrays.stream(labels).flatMapToLong(LongStream::of))
                .max()
                .orElseThrow();
        return LongStream.rangeClosed(0, most).mapToObj(Long::toString).toList();
    }

    /** One array without labels, or with as many labels as it has rows. */
    static DataSet of(String name, Tensor array, long[] labels, List<String> classNames) {
        return new ArrayData(name, List.of(spec("", array)), List.of(array), labels, classNames);
    }

    /** The arrays of an npz file; {@code labels} among them holds the classes, as many as they say. */
    static ArrayData of(String name, Map<String, Tensor> arrays) {
        List<InputSpec> specs = new ArrayList<>();
        List<Tensor> values = new ArrayList<>();
        arrays.forEach((key, array) -> {
            if (!key.equals(LABELS)) {
                requireRows(name, key, array);
                requireFinite(name, key, array);
                specs.add(spec(key, array));
                values.add(array);
            }
        });
        if (specs.isEmpty()) {
            throw BadInputException.of("%s: no array for the model's input: save at least one", name);
        }
        long[] labels = labels(name, Optional.ofNullable(arrays.get(LABELS)));
        requireEqualCounts(name, specs, values, labels);
        return new ArrayData(name, specs, values, labels, numbered(labels));
    }

    private static InputSpec spec(String name, Tensor array) {
        List<Long> dims = array.shape().stream().boxed().toList();
        boolean indices = array.dtype() == DType.INT64 || array.dtype() == DType.INT32;
        return new InputSpec(name, Shape.of(dims.subList(1, dims.size())), indices ? DType.INT64 : DType.FLOAT);
    }

    private static void requireRows(String name, String key, Tensor array) {
        if (array.shape().rank() == 0 || array.shape().dim(0) == 0) {
            throw BadInputException.of(
                    "%s: array '%s' is %s, without samples: save one whose first axis counts them",
                    name, Names.of(key), array.shape());
        }
    }

    private static void requireFinite(String name, String key, Tensor array) {
        if (!array.dtype().isFloating()) {
            return;
        }
        float[] values = array.toFloats();
        int row = values.length / (int) array.shape().dim(0);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw BadInputException.of(
                        "%s: array '%s', row %d, column %d: %s is no finite 32-bit number: clean the data",
                        name, Names.of(key), i / row, i % row, array.doubleAt(i));
            }
        }
    }

    private static long[] labels(String name, Optional<Tensor> array) {
        if (array.isEmpty()) {
            return new long[0];
        }
        Tensor t = array.get();
        if (!t.dtype().isInteger() && t.dtype() != DType.BOOL
                || t.shape().rank() == 0
                || t.elements() != t.shape().dim(0)) {
            throw BadInputException.of(
                    "%s: array '%s' is %s%s: save one whole number for each sample",
                    name, LABELS, t.dtype().text(), t.shape());
        }
        long[] labels = t.toLongs();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= MOST_CLASSES) {
                throw BadInputException.of(
                        "%s: label %d of sample %d: number the classes from 0, at most to %d",
                        name, labels[i], i, MOST_CLASSES - 1);
            }
        }
        return labels;
    }

    private static void requireEqualCounts(String name, List<InputSpec> specs, List<Tensor> arrays, long[] labels) {
        long rows = arrays.get(0).shape().dim(0);
        for (int i = 1; i < arrays.size(); i++) {
            if (arrays.get(i).shape().dim(0) != rows) {
                throw BadInputException.of(
                        "%s: %d rows in array '%s', but %d in '%s': save as many of each",
                        name,
                        arrays.get(i).shape().dim(0),
                        Names.of(specs.get(i).name()),
                        rows,
                        Names.of(specs.get(0).name()));
            }
        }
        if (labels.length != 0 && labels.length != rows) {
            throw BadInputException.of(
                    "%s: %d labels for the %d rows of array '%s': save as many of each",
                    name, labels.length, rows, Names.of(specs.get(0).name()));
        }
    }

    /** This data set with more classes than its own labels show. */
    ArrayData withClasses(List<String> names) {
        return new ArrayData(name, inputs, arrays, labels, names);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return Math.toIntExact(arrays.get(0).shape().dim(0));
    }

    @Override
    public List<InputSpec> inputs() {
        return inputs;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public long label(int sample) {
        return labels.length == 0 ? -1 : labels[sample];
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        Tensor array = arrays.get(input);
        int n = inputs.get(input).elements();
        ByteBuffer data = array.data();
        switch (array.dtype()) {
            case FLOAT -> data.asFloatBuffer().position(sample * n).get(into, offset, n);
            case UINT8, BOOL -> {
                float white = isOfPixels(input) ? 255 : 1;
                IntStream.range(0, n).forEach(i -> into[offset + i] = (data.get(sample * n + i) & 0xff) / white);
            }
            default -> IntStream.range(0, n).forEach(i -> into[offset + i] = (float) array.doubleAt(sample * n + i));
        }
    }

    private boolean isOfPixels(int input) {
        return inputs.get(input).isImage() && arrays.get(input).dtype() == DType.UINT8;
    }

    @Override
    public void fill(int sample, int input, long[] into, int offset) {
        int n = inputs.get(input).elements();
        if (inputs.get(input).dtype() != DType.INT64) {
            throw new IllegalStateException(name + ": input " + input + " does not hold whole numbers");
        }
        for (int i = 0; i < n; i++) {
            into[offset + i] = arrays.get(input).longAt(sample * n + i);
        }
    }
}
