package espalier.data;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The format of MNIST (LeCun, Cortes, Burges: The MNIST database, 1998), plain or as gzip: two zero bytes, the element type, the rank,
 * one big-endian 32-bit size per axis, the elements row-major. Espalier reads unsigned bytes.
 */
final class Idx {
    private static final int UNSIGNED_BYTE = 8;

    /** Images of height x width, or of channels x height x width. */
    private static final List<Integer> IMAGE_RANKS = List.of(3, 4);

    private static final long MOST_PIXELS = 1L << 24;

    private record Array(long[] dims, byte[] elements) {}

    private Idx() {}

    /** Whether a folder holds the four files of an MNIST-like set. */
    static boolean isFolder(Path folder) {
        return find(folder, "train", "images").isPresent();
    }

    /** Whether a file starts as an IDX file of unsigned bytes does. */
    static boolean isHead(byte[] head) {
        return head.length >= 4
                && head[0] == 0
                && head[1] == 0
                && head[2] == UNSIGNED_BYTE
                && head[3] >= 1
                && head[3] <= 4;
    }

    /** The training and the test files of a folder, {@code train-images-idx3-ubyte} and its three companions. */
    static DataSource folder(Path folder, List<String> classNames) throws IOException {
        Path trainImages = require(folder, "train", "images");
        Path trainLabels = require(folder, "train", "labels");
        Optional<Path> testImages = find(folder, "t10k", "images");
        byte[] train = labels(trainLabels);
        byte[] test = testImages.isPresent() ? labels(require(folder, "t10k", "labels")) : new byte[0];
        List<String> names = classNames.isEmpty() ? numbered(train, test) : classNames;
        DataSet trainSet = images(trainImages, trainLabels, train, names);
        if (testImages.isEmpty()) {
            return DataSource.of(trainSet).readFrom(List.of(trainImages, trainLabels));
        }
        Path testLabels = require(folder, "t10k", "labels");
        DataSet testSet = images(testImages.get(), testLabels, test, names);
        return DataSource.of(trainSet, testSet)
                .readFrom(List.of(trainImages, trainLabels, testImages.get(), testLabels));
    }

    /** One file of images, with the file of labels beside it where its name has {@code labels} for {@code images}. */
    static DataSource file(Path images) throws IOException {
        Path labels = images.resolveSibling(
                images.getFileName().toString().replace("images", "labels").replace("idx3", "idx1"));
        if (labels.equals(images) || !Files.isRegularFile(labels)) {
            return DataSource.of(images(images, images, new byte[0], List.of())).readFrom(List.of(images));
        }
        byte[] bytes = labels(labels);
        return DataSource.of(images(images, labels, bytes, numbered(bytes))).readFrom(List.of(images, labels));
    }

    static DataSet images(Path path, Path labelsPath, byte[] labels, List<String> classNames) throws IOException {
        Array array = read(path);
        int rank = array.dims().length;
        if (!IMAGE_RANKS.contains(rank)) {
            throw BadInputException.of(
                    "%s: %d axes, but images have 3 or 4: give the file of images", Names.of(path), rank);
        }
        long count = array.dims()[0];
        if (labels.length != count && classNames.size() > 0) {
            throw BadInputException.of(
                    "%s: %d labels for the %d images of %s: give files that belong together",
                    Names.of(labelsPath), labels.length, count, Names.of(path.getFileName()));
        }
        long[] d = array.dims();
        InputSpec image = rank == 3 ? InputSpec.floats(1, d[1], d[2]) : InputSpec.floats(d[1], d[2], d[3]);
        return new ByteImages(Names.of(path), image, array.elements(), labels, classNames);
    }

    static byte[] labels(Path path) throws IOException {
        Array array = read(path);
        if (array.dims().length != 1) {
            throw BadInputException.of(
                    "%s: %d axes, but labels have 1: give the file of labels", Names.of(path), array.dims().length);
        }
        return array.elements();
    }

    private static Array read(Path path) throws IOException {
        try (DataFile file = DataFile.open(path)) {
            byte[] magic = file.bytes(4, "header");
            if (!isHead(magic)) {
                throw file.error(
                        "not an IDX file of unsigned bytes (it starts with %02x %02x %02x %02x): give an IDX file",
                        magic[0], magic[1], magic[2], magic[3]);
            }
            long[] dims = new long[magic[3]];
            long total = 1;
            for (int i = 0; i < dims.length; i++) {
                dims[i] = file.unsignedInt("header");
                total = i > 0 && dims[i] > MOST_PIXELS ? Long.MAX_VALUE : saturatedProduct(total, dims[i]);
            }
            if (total == 0 || total / dims[0] > MOST_PIXELS) {
                throw file.error("impossible sizes %s: get it again", java.util.Arrays.toString(dims));
            }
            byte[] elements = file.bytes(total, dims.length == 1 ? "labels" : "images");
            file.requireEnd("sizes");
            return new Array(dims, elements);
        }
    }

    private static long saturatedProduct(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    private static List<String> numbered(byte[]... labels) {
        int most = Stream.of(labels)
                .flatMapToInt(l -> IntStream.range(0, l.length).map(i -> l[i] & 0xff))
                .max()
                .orElse(-1);
        return IntStream.rangeClosed(0, most).mapToObj(Integer::toString).toList();
    }

    private static Path require(Path folder, String part, String kind) {
        return find(folder, part, kind)
                .orElseThrow(() -> BadInputException.of(
                        "%s: no file %s-%s-idx%d-ubyte or its .gz: complete the folder",
                        Names.of(folder), part, kind, kind.equals("images") ? 3 : 1));
    }

    private static Optional<Path> find(Path folder, String part, String kind) {
        String rank = kind.equals("images") ? "idx3" : "idx1";
        return Stream.of("-", ".")
                .flatMap(dash -> Stream.of("", ".gz").map(end -> part + "-" + kind + dash + rank + "-ubyte" + end))
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
