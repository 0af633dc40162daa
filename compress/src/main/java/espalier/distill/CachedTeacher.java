package espalier.distill;

import espalier.data.Batch;
import espalier.data.Batches;
import espalier.graph.Shape;
import espalier.onnx.WholeFile;
import espalier.torch.Tensors;
import espalier.train.StepViews;
import espalier.work.Monitor;
import espalier.work.StoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * A teacher that looks up what it computed once of every training sample. The file holds 32-bit floats, sample by sample, each
 * sample's values one after the other; it is mapped into memory, and its name tells of which model and data it is.
 */
final class CachedTeacher implements Teacher {
    /** As much as one mapping can hold. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private final String logits;
    private final Map<String, Shape> shapes;
    private final int width;
    private final FloatBuffer floats;

    private CachedTeacher(String logits, Map<String, Shape> shapes, FloatBuffer floats) {
        this.logits = logits;
        this.shapes = shapes;
        this.width = width(shapes);
        this.floats = floats;
    }

    /**
     * Computes everything once, or takes it from the file of an earlier run.
     *
     * @param batches all training samples in order
     * @return empty where the values are too many to be mapped; then nothing is written
     */
    static Optional<CachedTeacher> of(Teacher live, List<String> wanted, Batches batches, Path file, Monitor monitor) {
        try {
            Map<String, Shape> shapes = new LinkedHashMap<>();
            computed(live, wanted, batches.batch(0, 0))
                    .forEach((name, t) -> shapes.put(name, t.shape().with(0, 1)));
            long bytes = (long) width(shapes) * Float.BYTES * batches.data().size();
            if (bytes > MOST_BYTES) {
                return Optional.empty();
            }
            if (!Files.exists(file) || Files.size(file) != bytes) {
                fill(live, wanted, batches, file, monitor);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                FloatBuffer floats = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                return Optional.of(new CachedTeacher(live.logits(), shapes, floats));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int width(Map<String, Shape> shapes) {
        return Math.toIntExact(
                shapes.values().stream().mapToLong(Shape::elements).sum());
    }

    private static void fill(Teacher live, List<String> wanted, Batches batches, Path file, Monitor monitor)
            throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        WholeFile.write(file, channel -> {
            for (int i = 0; i < batches.steps(); i++) {
                if (monitor.stopping()) {
                    throw new StoppedException("stopped while the teacher was asked");
                }
                Batch batch = batches.batch(0, i);
                WholeFile.writeAll(rows(computed(live, wanted, batch), batch.size()), channel);
                monitor.progress("teacher", i + 1L, batches.steps(), "outputs kept for later epochs");
            }
        });
    }

    /** What a teacher says of a batch, by name. */
    static Map<String, espalier.graph.Tensor> computed(Teacher live, List<String> wanted, Batch batch) {
        try (PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            batch.inputs().forEach((name, t) -> inputs.put(name, Tensors.of(t)));
            StepViews step = new StepViews(inputs, Map.of(), "", Optional.empty(), batch.samples(), 0, 0);
            Map<String, Tensor> all = live.values(step);
            Map<String, espalier.graph.Tensor> host = new LinkedHashMap<>();
            for (String name : names(live.logits(), wanted)) {
                host.put(name, Tensors.toHost(java.util.Objects.requireNonNull(all.get(name), name)));
            }
            return host;
        }
    }

    private static List<String> names(String logits, List<String> wanted) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(logits), wanted.stream())
                .distinct()
                .toList();
    }

    private static ByteBuffer rows(Map<String, espalier.graph.Tensor> values, int samples) {
        int width = values.values().stream()
                .mapToInt(t -> Math.toIntExact(t.elements() / samples))
                .sum();
        ByteBuffer rows = ByteBuffer.allocate(width * samples * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = rows.asFloatBuffer();
        int at = 0;
        for (espalier.graph.Tensor t : values.values()) {
            float[] all = t.toFloats();
            int n = all.length / samples;
            for (int i = 0; i < samples; i++) {
                floats.put(i * width + at, all, i * n, n);
            }
            at += n;
        }
        return rows;
    }

    @Override
    public String logits() {
        return logits;
    }

    @Override
    public Map<String, Tensor> values(StepViews step) {
        int[] samples = step.samples();
        Map<String, Tensor> values = new LinkedHashMap<>();
        int at = 0;
        for (var entry : shapes.entrySet()) {
            int n = Math.toIntExact(entry.getValue().elements());
            float[] all = new float[n * samples.length];
            for (int i = 0; i < samples.length; i++) {
                floats.get(samples[i] * width + at, all, i * n, n);
            }
            values.put(
                    entry.getKey(),
                    Tensors.of(espalier.graph.Tensor.floats(entry.getValue().with(0, samples.length), all)));
            at += n;
        }
        return values;
    }

    @Override
    public void close() {}
}
