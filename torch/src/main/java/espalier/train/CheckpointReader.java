package espalier.train;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a checkpoint, believing no length that the file does not have and nothing at all until the digest is right. */
final class CheckpointReader implements AutoCloseable {
    private static final int MOST_AXES = 32;

    private final Path file;
    private final MessageDigest digest = CheckpointFile.sha256();
    private final DataInputStream in;
    private long left;

    CheckpointReader(Path file) throws IOException {
        this.file = file;
        this.left = Files.size(file) - CheckpointFile.DIGEST;
        this.in = new DataInputStream(
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), digest));
    }

    Checkpoint read() throws IOException {
        byte[] magic = in.readNBytes(CheckpointFile.MAGIC.length);
        if (!Arrays.equals(magic, CheckpointFile.MAGIC)) {
            throw BadInputException.of("%s: not a checkpoint of this version: delete it or name another file", file);
        }
        left -= magic.length;
        Map<String, String> facts = new LinkedHashMap<>();
        for (int n = count(); n > 0; n--) {
            facts.put(text(), text());
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int n = count(); n > 0; n--) {
            tensors.put(text(), tensor());
        }
        byte[] computed = digest.digest();
        if (left != 0 || !Arrays.equals(computed, in.readNBytes(CheckpointFile.DIGEST))) {
            throw damaged();
        }
        return new Checkpoint(facts, tensors);
    }

    private int count() throws IOException {
        take(Integer.BYTES);
        int n = in.readInt();
        if (n < 0 || n > left) {
            throw damaged();
        }
        return n;
    }

    private String text() throws IOException {
        return new String(bytes(count()), StandardCharsets.UTF_8);
    }

    private Tensor tensor() throws IOException {
        DType dtype = dtype(count());
        int rank = count();
        if (rank > MOST_AXES) {
            throw damaged();
        }
        long[] dims = new long[rank];
        take((long) Long.BYTES * rank);
        for (int i = 0; i < rank; i++) {
            dims[i] = in.readLong();
        }
        return Tensor.of(dtype, Shape.of(dims), ByteBuffer.wrap(bytes(size(dtype, dims))));
    }

    private DType dtype(int code) {
        return Arrays.stream(DType.values())
                .filter(t -> t.code() == code && t != DType.STRING)
                .findFirst()
                .orElseThrow(this::damaged);
    }

    private long size(DType dtype, long[] dims) {
        try {
            long elements = 1;
            for (long d : dims) {
                if (d < 0) {
                    throw damaged();
                }
                elements = Math.multiplyExact(elements, d);
            }
            return dtype.bytes(elements);
        } catch (ArithmeticException e) {
            throw damaged();
        }
    }

    private byte[] bytes(long n) throws IOException {
        take(n);
        return in.readNBytes(Math.toIntExact(n));
    }

    private void take(long n) {
        if (n > left || n > Integer.MAX_VALUE) {
            throw damaged();
        }
        left -= n;
    }

    private BadInputException damaged() {
        return BadInputException.of("%s: truncated or altered: delete it to start again", file);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
