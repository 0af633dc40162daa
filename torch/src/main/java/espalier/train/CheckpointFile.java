package espalier.train;

import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import espalier.onnx.WholeFile;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;

/**
 * A checkpoint on disk. The file appears whole under its name or not at all.
 *
 * <table>
 *   <caption>Format; numbers are big-endian, a text is its length as u32 and its bytes in UTF-8</caption>
 *   <tr><td>8 bytes</td><td>{@code ESPCKPT1}</td></tr>
 *   <tr><td>u32</td><td>number of facts; of each: text key, text value</td></tr>
 *   <tr><td>u32</td><td>number of tensors; of each: text name, u32 element type as in ONNX, u32 rank, an i64 for each axis, the
 *       elements (row-major, little-endian)</td></tr>
 *   <tr><td>32 bytes</td><td>SHA-256 of everything before</td></tr>
 * </table>
 */
final class CheckpointFile {
    static final byte[] MAGIC = "ESPCKPT1".getBytes(StandardCharsets.US_ASCII);
    static final int DIGEST = 32;

    private CheckpointFile() {}

    static void write(Checkpoint checkpoint, Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            WholeFile.write(file, channel -> {
                OutputStream raw = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                MessageDigest digest = sha256();
                put(checkpoint, new DataOutputStream(new DigestOutputStream(raw, digest)));
                raw.write(digest.digest());
                raw.flush();
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + file + ": " + e.getMessage(), e);
        }
    }

    private static void put(Checkpoint checkpoint, DataOutputStream out) throws IOException {
        out.write(MAGIC);
        out.writeInt(checkpoint.facts().size());
        for (Map.Entry<String, String> fact : checkpoint.facts().entrySet()) {
            put(fact.getKey(), out);
            put(fact.getValue(), out);
        }
        out.writeInt(checkpoint.tensors().size());
        for (Map.Entry<String, Tensor> entry : checkpoint.tensors().entrySet()) {
            put(entry.getKey(), out);
            put(entry.getValue(), out);
        }
        out.flush();
    }

    private static void put(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void put(Tensor tensor, DataOutputStream out) throws IOException {
        out.writeInt(tensor.dtype().code());
        out.writeInt(tensor.shape().rank());
        for (long d : tensor.shape().toArray()) {
            out.writeLong(d);
        }
        ByteBuffer data = tensor.data();
        byte[] piece = new byte[Math.min(1 << 16, data.remaining())];
        while (data.hasRemaining()) {
            int n = Math.min(piece.length, data.remaining());
            data.get(piece, 0, n);
            out.write(piece, 0, n);
        }
    }

    /**
     * @throws BadInputException when the file is not a checkpoint, or not all of one, or was altered
     * @throws UncheckedIOException when it cannot be read
     */
    static Checkpoint read(Path file) {
        try (CheckpointReader in = new CheckpointReader(file)) {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoint " + file + ": " + e.getMessage(), e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
