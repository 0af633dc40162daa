package espalier.onnx;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads and writes ONNX files.
 *
 * <p>A model that is read and written again computes the same, bit by bit. Lost are: documentation and metadata of single tensors and
 * attributes, names of tensors inside attributes, denotations of axes, and the file's order where it was not one in which nodes can run.
 */
public final class OnnxFile {
    /** Protobuf's limit of 2 GiB, and the most an array can hold. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private OnnxFile() {}

    /**
     * A model from a file and the files it keeps its weights in.
     *
     * @throws BadInputException when it is not a model that can be trusted to be one; the message names the file
     */
    public static Model read(Path file) throws IOException {
        try {
            if (!Files.isDirectory(file) && Files.exists(file) && !Files.isRegularFile(file)) {
                throw new BadInputException("is not a regular file: copy the model into one");
            }
            if (Files.size(file) > LARGEST) {
                throw new BadInputException(
                        "is larger than 2 GiB, the limit of the format: save the model with external data");
            }
            return parse(Files.readAllBytes(file), ExternalReader.beside(file));
        } catch (BadInputException e) {
            throw new BadInputException(file + ": " + e.getMessage(), e);
        }
    }

    /** A model from the bytes of a file without external data; weights are slices of them. */
    public static Model parse(byte[] bytes) {
        return parse(bytes, new ExternalReader(List.of()));
    }

    private static Model parse(byte[] bytes, ExternalReader external) {
        if (bytes.length == 0) {
            throw new BadInputException("is empty: give an ONNX model");
        }
        try {
            Model model = new ModelReader(new TensorReader(external)).model(Message.of(bytes));
            return model.withGraph(Order.of(model.graph()));
        } catch (BadInputException e) {
            throw OtherFormat.of(bytes)
                    .map(other -> new BadInputException("is not an ONNX model but " + other, e))
                    .orElse(e);
        }
    }

    /** A tensor from the bytes of a {@code TensorProto}, as conformance data hold them. */
    public static Tensor tensor(byte[] bytes) {
        return new TensorReader(new ExternalReader(List.of())).tensor(Message.of(bytes));
    }

    /** The bytes of a file that holds the model and its weights. */
    public static byte[] bytes(Model model) {
        Output out = new ModelWriter(tensor -> Map.of()).model(model);
        if (out.size() > LARGEST) {
            throw new BadInputException("the model is larger than 2 GiB: write it with its weights beside");
        }
        return out.toByteArray();
    }

    public static void write(Model model, Path file) throws IOException {
        write(model, file, Weights.INSIDE);
    }

    /**
     * Replaces the file as a whole ({@link WholeFile}). Weights beside the model go to a new file, for the same reason; of the files with
     * such names that are there, the one that the old model used is deleted.
     */
    public static void write(Model model, Path file, Weights weights) throws IOException {
        Path target = WholeFile.target(file);
        Output out = new ModelWriter(tensor -> Map.of()).model(model);
        if (weights == Weights.INSIDE && out.size() <= LARGEST) {
            WholeFile.replace(target, out::to);
            return;
        }
        String name = target.getFileName() + ".data";
        List<Path> taken = numbered(target.resolveSibling(name));
        Path place = target.resolveSibling(name);
        for (int i = 2; taken.contains(place); i++) {
            place = target.resolveSibling(name + i);
        }
        List<Path> old = usedBy(target, taken);
        ExternalWriter beside = new ExternalWriter(place.getFileName().toString());
        Output light = new ModelWriter(beside).model(model);
        WholeFile.replace(place, beside::to);
        WholeFile.replace(target, light::to);
        for (Path p : old) {
            Files.delete(p);
        }
    }

    /** Files of a folder with a name, or with that name and a number. */
    private static List<Path> numbered(Path file) throws IOException {
        Pattern name = Pattern.compile(Pattern.quote(file.getFileName().toString()) + "\\d*");
        try (Stream<Path> all = Files.list(file.resolveSibling(""))) {
            return all.filter(p -> name.matcher(p.getFileName().toString()).matches())
                    .toList();
        }
    }

    private static List<Path> usedBy(Path model, List<Path> files) throws IOException {
        if (files.isEmpty() || !Files.isRegularFile(model) || Files.size(model) > LARGEST) {
            return List.of();
        }
        byte[] bytes = Files.readAllBytes(model);
        return files.stream()
                .filter(f -> ExternalWriter.isNamed(f.getFileName().toString(), bytes))
                .toList();
    }
}
