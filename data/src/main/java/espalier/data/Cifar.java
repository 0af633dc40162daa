package espalier.data;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky: Learning Multiple Layers of Features from Tiny Images, 2009): records of one
 * label (CIFAR-100: the coarse and then the fine one) and 3 x 32 x 32 bytes, channels first.
 */
enum Cifar {
    CIFAR10(
            1,
            10,
            "cifar-10-batches-bin",
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"),
            "test_batch.bin",
            "batches.meta.txt"),
    CIFAR100(2, 100, "cifar-100-binary", List.of("train.bin"), "test.bin", "fine_label_names.txt");

    private static final InputSpec IMAGE = InputSpec.floats(3, 32, 32);

    private final int labelBytes;
    private final int classes;
    private final String subfolder;
    private final List<String> trainFiles;
    private final String testFile;
    private final String namesFile;

    Cifar(int labelBytes, int classes, String subfolder, List<String> trainFiles, String testFile, String namesFile) {
        this.labelBytes = labelBytes;
        this.classes = classes;
        this.subfolder = subfolder;
        this.trainFiles = trainFiles;
        this.testFile = testFile;
        this.namesFile = namesFile;
    }

    private int recordBytes() {
        return labelBytes + IMAGE.elements();
    }

    /** The folder that the authors' archive makes. */
    String subfolder() {
        return subfolder;
    }

    /** Which of them a folder, or the folder in it that the authors' archive makes, holds. */
    static Optional<Cifar> inFolder(Path folder) {
        return Stream.of(values()).filter(c -> c.home(folder).isPresent()).findFirst();
    }

    /** Which of them a file can be by its size and its first labels. */
    static Optional<Cifar> ofFile(Path file, byte[] head) throws IOException {
        long size = Files.size(file);
        return Stream.of(values())
                .filter(c -> size > 0 && size % c.recordBytes() == 0 && (head[c.labelBytes - 1] & 0xff) < c.classes)
                .findFirst();
    }

    private Optional<Path> home(Path folder) {
        return Stream.of(folder, folder.resolve(subfolder))
                .filter(f -> Files.isRegularFile(f.resolve(trainFiles.get(0))))
                .findFirst();
    }

    DataSource folder(Path folder) throws IOException {
        Path home = home(folder).orElseThrow();
        List<String> names = names(home);
        List<Path> files = new ArrayList<>();
        trainFiles.forEach(f -> files.add(home.resolve(f)));
        DataSet train = read(home, files, names);
        Path test = home.resolve(testFile);
        if (!Files.isRegularFile(test)) {
            return DataSource.of(train).readFrom(files);
        }
        files.add(test);
        return DataSource.of(train, read(test, List.of(test), names)).readFrom(files);
    }

    DataSource file(Path file) throws IOException {
        return DataSource.of(read(file, List.of(file), numbered())).readFrom(List.of(file));
    }

    private DataSet read(Path name, List<Path> files, List<String> names) throws IOException {
        List<byte[]> records = new ArrayList<>();
        int images = 0;
        for (Path f : files) {
            byte[] bytes = records(f);
            images = Math.addExact(images, bytes.length / recordBytes());
            records.add(bytes);
        }
        byte[] labels = new byte[images];
        byte[] pixels = new byte[Math.multiplyExact(images, IMAGE.elements())];
        int image = 0;
        for (byte[] bytes : records) {
            for (int at = 0; at < bytes.length; at += recordBytes()) {
                labels[image] = bytes[at + labelBytes - 1];
                System.arraycopy(bytes, at + labelBytes, pixels, image++ * IMAGE.elements(), IMAGE.elements());
            }
        }
        return new ByteImages(Names.of(name), IMAGE, pixels, labels, names);
    }

    private byte[] records(Path path) throws IOException {
        try (DataFile file = DataFile.open(path)) {
            byte[] bytes = file.rest("records");
            if (bytes.length == 0 || bytes.length % recordBytes() != 0) {
                throw file.error(
                        "truncated: %d bytes are no whole number of records of %d bytes: get it again",
                        bytes.length, recordBytes());
            }
            return bytes;
        }
    }

    private List<String> names(Path home) throws IOException {
        Path file = home.resolve(namesFile);
        if (!Files.isRegularFile(file)) {
            return numbered();
        }
        try (DataFile in = DataFile.open(file)) {
            List<String> names = new String(in.rest("names"), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.isBlank())
                    .map(Names::of)
                    .toList();
            if (names.size() != classes) {
                throw BadInputException.of(
                        "%s: %d class names, %d expected: get it again", Names.of(file), names.size(), classes);
            }
            return names;
        }
    }

    private List<String> numbered() {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
}
