package espalier.data;

import espalier.config.Nearest;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Graph;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A data set seen through a model's inputs: their names, their element types, their shapes. Images may go to an input with channels
 * last, a table of features to one of more axes and back, and axes of size 1 may differ; anything else has to be equal. A row of a table
 * stays one when the model takes it along one of several axes, and images that have channels last themselves are images all the same.
 *
 * @param inputs as the model wants them
 * @param sources for each of them, which input of the data set it is
 */
record Fit(DataSet whole, List<InputSpec> inputs, int[] sources) implements DataSet {

    /**
     * Arrays of the data set that the model does not read are left out.
     *
     * @throws BadInputException that names both shapes when they do not fit
     */
    static DataSet of(DataSet data, Graph model) {
        List<ValueInfo> wanted = model.requiredInputs();
        List<InputSpec> specs = new ArrayList<>();
        int[] sources = new int[wanted.size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = source(data, wanted, wanted.get(i).name());
            specs.add(fit(data, data.inputs().get(sources[i]), wanted.get(i)));
        }
        return new Fit(data, List.copyOf(specs), sources);
    }

    private static int source(DataSet data, List<ValueInfo> wanted, String name) {
        List<String> names = data.inputs().stream().map(InputSpec::name).toList();
        if (wanted.size() == 1 && names.size() == 1) {
            return 0;
        }
        int found = names.indexOf(name);
        if (found >= 0) {
            return found;
        }
        if (names.contains("")) {
            throw BadInputException.of(
                    "%s: samples have one input, but the model has %s: give an npz file with an array for each",
                    data.name(),
                    wanted.stream().map(w -> "'" + Names.of(w.name()) + "'").collect(Collectors.joining(", ")));
        }
        throw new BadInputException(data.name() + ": no array for the model's input '" + Names.of(name) + "'"
                + Nearest.hint(name, names.stream().map(Names::of).toList()));
    }

    private static InputSpec fit(DataSet data, InputSpec given, ValueInfo wanted) {
        DType dtype = wanted.type().map(ValueInfo.Type::dtype).orElse(given.dtype());
        boolean whole = dtype == DType.INT64 || dtype == DType.INT32;
        if (!whole && dtype != DType.FLOAT || whole && given.dtype() == DType.FLOAT) {
            throw BadInputException.of(
                    "%s: samples are %s, but the model's input '%s' is %s: give %s",
                    data.name(),
                    given.dtype().text(),
                    Names.of(wanted.name()),
                    dtype.text(),
                    whole ? "an npz file with an array of whole numbers" : "a model whose inputs are float or int64");
        }
        if (isChannelsLast(given, wanted)) {
            return new InputSpec(wanted.name(), given.shape(), dtype, true);
        }
        Shape shape =
                wanted.dims().map(dims -> shape(data, given, wanted, dims)).orElse(given.shape());
        if (hasChannelsLast(given, wanted)) {
            return new InputSpec(wanted.name(), Shape.of(shape.dim(2), shape.dim(0), shape.dim(1)), dtype, true);
        }
        boolean folded = given.shape().rank() == 1 && shape.rank() > 1 && isRow(shape);
        return folded
                ? new InputSpec(wanted.name(), given.shape(), dtype, false, Optional.of(shape))
                : new InputSpec(wanted.name(), shape, dtype);
    }

    /** Whether the samples are images with channels last, as the model takes them. */
    private static boolean hasChannelsLast(InputSpec given, ValueInfo wanted) {
        List<Dim> dims = wanted.dims().orElse(List.of());
        return given.isImage()
                && dims.size() == 4
                && dims.get(3).isFixed()
                && isColours(dims.get(3).size())
                && !isColours(given.shape().dim(0));
    }

    private static boolean isColours(long channels) {
        return channels == 1 || channels == 3;
    }

    private static boolean isRow(Shape shape) {
        return withoutOnes(shape.stream().boxed().toList()).size() <= 1;
    }

    /** Whether an image fits only when its channels come last. */
    private static boolean isChannelsLast(InputSpec given, ValueInfo wanted) {
        List<Dim> dims = wanted.dims().orElse(List.of());
        if (!given.isImage() || dims.size() != 4) {
            return false;
        }
        List<Dim> sample = dims.subList(1, 4);
        InputSpec turned = new InputSpec("", given.shape(), given.dtype(), true);
        return !agree(sample, given.shape()) && agree(sample, turned.taken());
    }

    private static Shape shape(DataSet data, InputSpec given, ValueInfo wanted, List<Dim> dims) {
        List<Dim> sample = dims.isEmpty() ? dims : dims.subList(1, dims.size());
        List<Long> have = given.shape().stream().boxed().toList();
        if (sample.size() == have.size() && agree(sample, given.shape())) {
            return given.shape();
        }
        if (sample.stream().allMatch(Dim::isFixed)) {
            List<Long> want = sample.stream().map(Dim::size).toList();
            Shape shape = Shape.of(want);
            boolean flat = want.size() == 1 || have.size() == 1;
            if (shape.elements() == given.elements()
                    && (flat || withoutOnes(want).equals(withoutOnes(have)))) {
                return shape;
            }
        }
        throw BadInputException.of(
                "%s: samples are %s, but the model's input '%s' is %s after the batch:"
                        + " give data of that shape, or a model for %s",
                data.name(),
                given.shape(),
                Names.of(wanted.name()),
                sample.stream().map(d -> Names.of(d.toString())).collect(Collectors.joining(",", "[", "]")),
                given.shape());
    }

    private static boolean agree(List<Dim> wanted, Shape have) {
        for (int i = 0; i < have.rank(); i++) {
            if (wanted.get(i).isFixed() && wanted.get(i).size() != have.dim(i)) {
                return false;
            }
        }
        return true;
    }

    private static List<Long> withoutOnes(List<Long> dims) {
        return dims.stream().filter(d -> d != 1).toList();
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public int size() {
        return whole.size();
    }

    @Override
    public List<String> classNames() {
        return whole.classNames();
    }

    @Override
    public long label(int sample) {
        return whole.label(sample);
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        InputSpec spec = inputs.get(input);
        InputSpec source = whole.inputs().get(sources[input]);
        if (!spec.channelsLast() || spec.shape().equals(source.shape())) {
            whole.fill(sample, sources[input], into, offset);
            return;
        }
        float[] image = new float[spec.elements()];
        whole.fill(sample, sources[input], image, 0);
        int channels = (int) spec.shape().dim(0);
        int area = image.length / channels;
        for (int i = 0; i < image.length; i++) {
            into[offset + i % channels * area + i / channels] = image[i];
        }
    }

    @Override
    public void fill(int sample, int input, long[] into, int offset) {
        whole.fill(sample, sources[input], into, offset);
    }
}
