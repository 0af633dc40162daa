package espalier.cli;

import espalier.channel.ChannelGroups;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.op.Cost;
import espalier.op.InputShapes;
import espalier.op.SymbolicShapes;
import espalier.op.Trace;
import espalier.pack.Models;
import espalier.pack.PackedFile;
import espalier.pass.Passes;
import espalier.prune.Importance;
import espalier.prune.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model and the file it came from, in ONNX or packed.
 *
 * @param path as the user gave it
 * @param model what is in it
 */
record ModelFile(Path path, Model model) {
    static ModelFile read(Path path) throws IOException {
        return new ModelFile(path, Models.read(path));
    }

    static List<ModelFile> readAll(List<Path> paths) throws IOException {
        List<ModelFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(read(path));
        }
        return files;
    }

    /** Size of the file, and of the weights where they lie beside it. */
    long bytes() throws IOException {
        long file = Files.size(path);
        long weights = model.graph().initializers().values().stream()
                .mapToLong(Tensor::bytes)
                .sum();
        return file >= weights || PackedFile.isPacked(path) ? file : file + weights;
    }

    /** Its path, as tables and messages call it. */
    String name() {
        return path.toString();
    }

    /**
     * Concrete shapes of its inputs.
     *
     * @param batch for leading axes that are not fixed
     */
    Map<String, Shape> shapes(long batch, Map<String, Shape> given) {
        return named(() -> InputShapes.of(model, batch, given));
    }

    /**
     * Concrete shapes of its inputs for one sample.
     *
     * @param samples shapes by input, with a batch of 1, for sizes that are not fixed
     */
    Map<String, Shape> shapesOn(Map<String, Shape> samples) {
        Map<String, Shape> free = new LinkedHashMap<>();
        for (ValueInfo in : model.graph().requiredInputs()) {
            Shape its = samples.get(in.name());
            if (its != null && hasFreeSizes(in)) {
                free.put(in.name(), its.with(0, batch(1)));
            }
        }
        return shapes(1, free);
    }

    private static boolean hasFreeSizes(ValueInfo in) {
        return in.dims().isEmpty() || in.dims().get().stream().skip(1).anyMatch(d -> !d.isFixed());
    }

    /** What one call costs with inputs of these shapes. */
    Cost cost(Map<String, Shape> shapes) {
        return named(() -> Cost.of(model, Trace.of(model, shapes)));
    }

    /** Shapes of its values in which the batch is a letter. */
    SymbolicShapes symbolic(Map<String, Shape> given) {
        return named(() -> SymbolicShapes.of(model, given));
    }

    /** Which channels go together. */
    ChannelGroups groups(Map<String, Shape> given) {
        return named(() -> ChannelGroups.of(Passes.beforeTraining().apply(model), given));
    }

    /** What its channels are worth, as its weights tell. */
    List<Standing> worth(Importance importance, Map<String, Shape> given) {
        return named(() -> Standing.of(importance, model, given));
    }

    /** The batch the model was made for, or the wish where it takes any. */
    long batch(long wish) {
        for (ValueInfo in : model.graph().requiredInputs()) {
            var dims = in.dims();
            if (dims.isPresent() && !dims.get().isEmpty() && dims.get().get(0).isFixed()) {
                return dims.get().get(0).size();
            }
        }
        return wish;
    }

    /** Work on the model, whose errors then name the file. */
    @FunctionalInterface
    interface Work<T> {
        T get();
    }

    <T> T named(Work<T> work) {
        try {
            return work.get();
        } catch (BadInputException e) {
            throw new BadInputException(path + ": " + e.getMessage(), e);
        }
    }
}
