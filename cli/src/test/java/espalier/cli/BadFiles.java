package espalier.cli;

import espalier.graph.DType;
import espalier.graph.Dim;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Models and data with something wrong, and a few with nothing wrong, in one folder. */
final class BadFiles {
    private static final ValueInfo IMAGE =
            ValueInfo.of("image", DType.FLOAT, Dim.symbol("N"), Dim.of(1), Dim.of(28), Dim.of(28));
    private static final ValueInfo ANY_SIZE =
            ValueInfo.of("image", DType.FLOAT, Dim.symbol("N"), Dim.of(3), Dim.symbol("H"), Dim.symbol("W"));

    private BadFiles() {}

    static void write(Path folder) throws IOException {
        Model good = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        byte[] bytes = OnnxFile.bytes(good);
        Files.write(folder.resolve("good.onnx"), bytes);
        Files.write(folder.resolve("half.onnx"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.write(folder.resolve("empty.onnx"), new byte[0]);
        Files.writeString(folder.resolve("text.onnx"), "It was a dark and stormy night.");
        Files.createDirectory(folder.resolve("folder.onnx"));
        OnnxFile.write(Zoo.create("lenet5", 1, 28, 28, 5, 1), folder.resolve("five.onnx"));
        OnnxFile.write(Zoo.create("resnet8", 3, 32, 32, 10, 1), folder.resolve("colour.onnx"));
        write(folder.resolve("wonder.onnx"), IMAGE, Map.of(), Node.of("Wonder", List.of("image"), "y"));
        write(folder.resolve("any-size.onnx"), ANY_SIZE, Map.of(), Node.of("Relu", List.of("image"), "y"));
        write(folder.resolve("no-rows.onnx"), IMAGE, Map.of(), Node.of("ReduceMean", List.of("image"), "y"));
        write(
                folder.resolve("misfit.onnx"),
                IMAGE,
                Map.of("w", Tensor.floats(Shape.of(2), 1, 2)),
                Node.of("Add", List.of("image", "w"), "y"));
        Files.write(folder.resolve("weights.bin"), new byte[16]);
        Files.createSymbolicLink(folder.resolve("link.bin"), Path.of("weights.bin"));
        OnnxBytes.write(folder.resolve("outside.onnx"), OnnxBytes.external("../weights.bin", 16), 4);
        OnnxBytes.write(folder.resolve("absolute.onnx"), OnnxBytes.external("/etc/passwd", 16), 4);
        OnnxBytes.write(folder.resolve("linked.onnx"), OnnxBytes.external("link.bin", 16), 4);
        OnnxBytes.write(folder.resolve("beyond.onnx"), OnnxBytes.external("weights.bin", 4000), 1000);
        OnnxBytes.write(folder.resolve("huge.onnx"), OnnxBytes.raw(16), 1L << 40, 1L << 40);
        OnnxBytes.write(folder.resolve("short-weight.onnx"), OnnxBytes.raw(15), 4);
        images(Files.createDirectory(folder.resolve("digits")), 20, 10);
        images(Files.createDirectory(folder.resolve("cut")), 20, 10);
        zipped(folder.resolve("cut/t10k-images-idx3-ubyte.gz"), idx(3, 20, 28, 28), new byte[783]);
        Files.writeString(folder.resolve("ragged.csv"), "a,b,class\n1,2,x\n1,2\n");
        npy(folder.resolve("unlabelled.npy"), 4, 784);
    }

    private static void write(Path file, ValueInfo input, Map<String, Tensor> weights, Node node) throws IOException {
        Graph g = new Graph(
                "g",
                List.of(node),
                weights,
                List.of(input),
                List.of(new ValueInfo(
                        "y",
                        java.util.Optional.of(new ValueInfo.Type(DType.FLOAT, java.util.Optional.empty())),
                        Extra.NONE)),
                Map.of(),
                Extra.NONE);
        OnnxFile.write(Model.of(17, g), file);
    }

    private static void images(Path folder, int count, int classes) throws IOException {
        for (String part : List.of("train", "t10k")) {
            byte[] labels = new byte[count];
            for (int i = 0; i < count; i++) {
                labels[i] = (byte) (i % classes);
            }
            zipped(folder.resolve(part + "-images-idx3-ubyte.gz"), idx(3, count, 28, 28), new byte[count * 784]);
            zipped(folder.resolve(part + "-labels-idx1-ubyte.gz"), idx(1, count), labels);
        }
    }

    /** The head of an IDX file: bytes in that many axes. */
    private static byte[] idx(int axes, int... sizes) {
        ByteBuffer head = ByteBuffer.allocate(4 + 4 * axes).putInt(0x0800 | axes);
        for (int size : sizes) {
            head.putInt(size);
        }
        return head.array();
    }

    private static void npy(Path file, int rows, int columns) throws IOException {
        String head = String.format(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }%s", rows, columns, " ".repeat(20));
        ByteBuffer out =
                ByteBuffer.allocate(10 + head.length() + 4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        out.putShort((short) head.length()).put(head.getBytes(StandardCharsets.US_ASCII));
        Files.write(file, out.array());
    }

    private static void zipped(Path file, byte[] head, byte[] body) throws IOException {
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(head);
            out.write(body);
        }
    }
}
