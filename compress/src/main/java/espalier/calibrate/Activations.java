package espalier.calibrate;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.torch.GraphPart;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.AutoGradMode;

/** The values a network computes for samples, as it does in use: nothing is learned, and only what leads to the values is run. */
public final class Activations implements AutoCloseable {
    /** Samples that tell enough of a mean or a variance. */
    public static final int SAMPLES = 1024;

    /** So few at a time that all values of a large network fit into memory together. */
    private static final int SLICE = 16;

    private final Program program;
    private final Set<String> inputs;
    private final String only;

    private Activations(Program program, String only) {
        this.program = program;
        this.only = only;
        this.inputs = program.model().graph().requiredInputs().stream()
                .map(ValueInfo::name)
                .collect(Collectors.toSet());
    }

    /**
     * @param values names of values of the graph
     * @throws BadInputException if there is no such value, or naming the operators on the way to them that are not supported
     */
    public static Activations of(Model model, Collection<String> values) {
        List<ValueInfo> required = model.graph().requiredInputs();
        Program program = Program.of(GraphPart.between(model, List.of(), values));
        return new Activations(program, required.size() == 1 ? required.get(0).name() : "");
    }

    /** The values for one batch by name; the caller's {@code PointerScope} owns them. */
    public Map<String, org.bytedeco.pytorch.Tensor> run(Batch batch) {
        Map<String, org.bytedeco.pytorch.Tensor> given = new LinkedHashMap<>();
        batch.inputs().forEach((name, host) -> {
            String input = name.isEmpty() ? only : name;
            if (inputs.contains(input)) {
                given.put(input, Tensors.of(host));
            }
        });
        try (AutoGradMode noGrad = new AutoGradMode(false)) {
            return program.run(given, Mode.EVAL);
        }
    }

    /**
     * The first samples of the first epoch, in small batches; where the model fixes the size of its batch, in those it is given in.
     *
     * @param samples the most to take
     */
    public static Stream<Batch> samples(Model model, Batches batches, int samples) {
        boolean free = model.graph().requiredInputs().stream()
                .allMatch(in -> in.dims().isEmpty()
                        || in.dims().get().isEmpty()
                        || in.dims().get().get(0).size() < 0);
        int size = batches.batch(0, 0).size();
        int steps = Math.min(batches.steps(), (samples + size - 1) / size);
        return IntStream.range(0, steps).boxed().flatMap(step -> {
            Batch batch = batches.batch(0, step);
            int wanted = Math.min(batch.size(), samples - step * size);
            return free ? slices(batch, wanted) : Stream.of(batch);
        });
    }

    private static Stream<Batch> slices(Batch batch, int samples) {
        return IntStream.range(0, (samples + SLICE - 1) / SLICE)
                .mapToObj(i -> slice(batch, i * SLICE, Math.min(samples, (i + 1) * SLICE)));
    }

    private static Batch slice(Batch batch, int from, int to) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        batch.inputs().forEach((name, t) -> {
            int bytes = Math.toIntExact(t.bytes() / t.shape().dim(0));
            ByteBuffer part = t.data().position(from * bytes).limit(to * bytes);
            inputs.put(name, Tensor.of(t.dtype(), t.shape().with(0, to - from), part));
        });
        long[] labels = batch.labelled() ? Arrays.copyOfRange(batch.labels(), from, to) : batch.labels();
        return new Batch(inputs, labels, Arrays.copyOfRange(batch.samples(), from, to));
    }

    @Override
    public void close() {
        program.close();
    }
}
