package espalier.pack;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.onnx.WholeFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A model in a packed file, bit for bit; docs/format.md has the format. */
public final class PackedFile {
    static final byte[] MAGIC = {'E', 'S', 'P', 'K'};
    static final int VERSION = 1;

    /** Smaller tensors stay in the graph. */
    private static final int SMALLEST = 32;

    private static final int LARGEST_GRAPH = 1 << 28;
    private static final int DEFLATE_RATIO = 1040;
    private static final int CHECKSUM = 4;

    private PackedFile() {}

    /** Whether a file begins like a packed one. */
    public static boolean isPacked(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /** Whether these are the bytes of a packed file, or of its beginning. */
    public static boolean isPacked(byte[] file) {
        return file.length >= MAGIC.length && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * @throws BadInputException when no reader would take the file
     */
    public static Packing pack(Model model) {
        ByteSink out = new ByteSink();
        out.bytes(MAGIC);
        out.u8(VERSION);
        List<Packing.Line> lines = new ArrayList<>();
        List<byte[]> sections = new ArrayList<>();
        List<Tensor> packed = new ArrayList<>();
        Model skeleton = Skeleton.map(model, (name, t) -> {
            if (!Skeleton.isPlaceholder(t) && (t.dtype().bits() < 8 || t.bytes() < SMALLEST)) {
                return t;
            }
            byte[] section = Section.encode(t);
            sections.add(section);
            packed.add(t);
            lines.add(Stages.of(name, t, section));
            return Skeleton.placeholder(t);
        });
        byte[] graph = OnnxFile.bytes(skeleton);
        requireGraph(graph.length);
        section(out, graph(graph));
        int graphBytes = out.size();
        sections.forEach(s -> section(out, s));
        requireReadable(packed, out.size());
        return new Packing(out.toByteArray(), graphBytes, lines);
    }

    static void requireGraph(int bytes) {
        if (bytes > LARGEST_GRAPH) {
            throw BadInputException.of(
                    "what a packed file leaves in its graph (small tensors, those of 4 bits, of subgraphs, of text) is %d bytes,"
                            + " more than the %d that it may have: keep the model as ONNX",
                    bytes, LARGEST_GRAPH);
        }
    }

    private static void requireReadable(List<Tensor> packed, int bytes) {
        Allowance allowance = new Allowance(bytes);
        try {
            packed.forEach(t -> allowance.take(t.dtype(), t.shape()));
        } catch (BadInputException e) {
            throw new BadInputException(
                    "the packed file would be refused, for " + e.getMessage() + ": keep the model as ONNX", e);
        }
    }

    /** How many bytes a tensor takes in a packed file. */
    public static long bytesOf(Tensor t) {
        return Section.encode(t).length + CHECKSUM;
    }

    private static byte[] graph(byte[] onnx) {
        ByteSink out = new ByteSink();
        out.varint(onnx.length);
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(onnx);
        deflater.finish();
        byte[] piece = new byte[1 << 13];
        while (!deflater.finished()) {
            int n = deflater.deflate(piece);
            out.bytes(Arrays.copyOf(piece, n));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static void section(ByteSink out, byte[] body) {
        out.varint(body.length);
        out.bytes(body);
        CRC32 crc = new CRC32();
        crc.update(body);
        out.number(crc.getValue(), CHECKSUM);
    }

    /** See {@link WholeFile}. */
    public static void write(byte[] packed, Path file) throws IOException {
        WholeFile.write(packed, file);
    }

    /**
     * @throws BadInputException when the file is not a packed model, or not all of one, or was altered; the message names the file
     */
    public static Model read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "Is a directory");
        }
        try {
            if (Files.size(file) > Integer.MAX_VALUE - 8) {
                throw new BadInputException("is larger than 2 GiB, which no packed file is");
            }
            return parse(Files.readAllBytes(file));
        } catch (BadInputException e) {
            throw new BadInputException(file + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #read}, from the bytes of a file. */
    public static Model parse(byte[] file) {
        try {
            return parse(new ByteSource(file), new Allowance(file.length));
        } catch (ArithmeticException e) {
            throw damaged("its sizes multiply to more than memory can hold", e);
        } catch (BadInputException e) {
            throw named(e);
        }
    }

    /** What the tensors of a packed file take in memory, as its graph says; the tensors themselves are not looked at. */
    public static long unpackedBytes(byte[] file) {
        try {
            ByteSource in = new ByteSource(file);
            requireVersion(in);
            long[] sum = {0};
            Skeleton.map(OnnxFile.parse(inflated(body(in, "the graph"))), (name, t) -> {
                sum[0] += Skeleton.isPlaceholder(t)
                        ? t.dtype().bytes(Skeleton.shape(t).elements())
                        : t.bytes();
                return t;
            });
            return sum[0];
        } catch (ArithmeticException e) {
            throw damaged("its sizes multiply to more than memory can hold", e);
        } catch (BadInputException e) {
            throw named(e);
        }
    }

    private static BadInputException named(BadInputException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("is ") ? e : damaged(message, e);
    }

    private static BadInputException damaged(String why, RuntimeException cause) {
        return new BadInputException("is a damaged packed file (" + why + "): pack the model again", cause);
    }

    private static void requireVersion(ByteSource in) {
        if (in.left() < MAGIC.length || in.slice(MAGIC.length).compareTo(java.nio.ByteBuffer.wrap(MAGIC)) != 0) {
            throw new BadInputException("is not a packed model: give a file that espalier pack has written");
        }
        int version = in.u8();
        if (version != VERSION) {
            throw BadInputException.of(
                    "is a packed file of version %d, this Espalier reads version %d: use one that fits, or pack the model again",
                    version, VERSION);
        }
    }

    private static Model parse(ByteSource in, Allowance allowance) {
        requireVersion(in);
        Model skeleton = OnnxFile.parse(inflated(body(in, "the graph")));
        Model model = Skeleton.map(skeleton, (name, t) -> {
            if (!Skeleton.isPlaceholder(t)) {
                return t;
            }
            espalier.graph.Shape shape = Skeleton.shape(t);
            allowance.take(t.dtype(), shape);
            return Section.decode(body(in, "tensor '" + name + "'"), t.dtype(), shape);
        });
        in.requireEnd("the last tensor");
        return model;
    }

    private static ByteSource body(ByteSource in, String what) {
        int length = in.varint(Integer.MAX_VALUE, "the length of " + what);
        java.nio.ByteBuffer bytes = in.slice(length);
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        if (in.number(CHECKSUM) != crc.getValue()) {
            throw new BadInputException("the checksum of " + what + " is wrong");
        }
        byte[] copy = new byte[length];
        bytes.get(copy);
        return new ByteSource(copy);
    }

    private static byte[] inflated(ByteSource in) {
        int length = in.varint(LARGEST_GRAPH, "the size of the graph");
        if (length > (long) DEFLATE_RATIO * in.left() + 64) {
            throw new BadInputException("the size of the graph is wrong");
        }
        byte[] out = new byte[length];
        Inflater inflater = new Inflater(true);
        try {
            byte[] deflated = new byte[in.left()];
            in.slice(in.left()).get(deflated);
            inflater.setInput(deflated);
            int n = 0;
            while (n < length) {
                int more = inflater.inflate(out, n, length - n);
                if (more == 0) {
                    throw new BadInputException("the graph ends too early");
                }
                n += more;
            }
            if (inflater.inflate(new byte[1]) > 0 || !inflater.finished() || inflater.getRemaining() > 0) {
                throw new BadInputException("the graph does not end where it should");
            }
            return out;
        } catch (DataFormatException e) {
            throw new BadInputException("the graph cannot be inflated", e);
        } finally {
            inflater.end();
        }
    }
}
