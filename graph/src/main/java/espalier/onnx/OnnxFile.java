package espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** Reads and writes ONNX files. */
public final class OnnxFile {
    private OnnxFile() {}

    /**
     * A model from a file and the files it keeps its weights in.
     *
     * @throws BadInputException when it is not a model that can be trusted to be one; the message names the file
     */
    public static Model read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            return parse(
                    bytes,
                    new ExternalData(Optional.ofNullable(file.toAbsolutePath().getParent())));
        } catch (BadInputException e) {
            throw new BadInputException(file + ": " + e.getMessage(), e);
        }
    }

    /** A model from the bytes of a file without external data; weights are slices of them. */
    public static Model parse(byte[] bytes) {
        return parse(bytes, new ExternalData(Optional.empty()));
    }

    private static Model parse(byte[] bytes, ExternalData external) {
        if (bytes.length == 0) {
            throw new BadInputException("is empty: give an ONNX model");
        }
        Model model = new ModelReader(new TensorReader(external)).model(Fields.of(ByteBuffer.wrap(bytes)));
        model.graph().edges();
        return model;
    }

    /** A tensor from the bytes of a {@code TensorProto}, as conformance data hold them. */
    public static Tensor tensor(byte[] bytes) {
        return new TensorReader(new ExternalData(Optional.empty())).tensor(Fields.of(ByteBuffer.wrap(bytes)));
    }

    public static byte[] bytes(Model model) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(model, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes aside and renames, so that the old file or the new one is there, never half of one. */
    public static void write(Model model, Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path aside = target.resolveSibling(target.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                write(model, Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private static void write(Model model, OutputStream to) throws IOException {
        CodedOutputStream out = CodedOutputStream.newInstance(to, 1 << 16);
        new ModelWriter(tensor -> Map.of()).model(model, out);
        out.flush();
    }
}
