package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Image files in one folder per class, the classes in alphabetical order; or in one flat folder, without labels. With {@code train} and
 * {@code test} (or {@code val}) folders of that kind, and no others, the data are divided. Pictures are decoded when they are first
 * asked for, and kept while all of them fit into a gigabyte.
 */
final class ImageFolder implements DataSet {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
    private static final String TRAIN_NAME = "train";
    private static final List<String> TEST_NAMES = List.of("test", "val", "validation");
    private static final long KEPT_BYTES = 1L << 30;

    private final String name;
    private final InputSpec image;
    private final List<Path> files;
    private final int[] labels;
    private final List<String> classNames;
    private final AtomicReferenceArray<byte[]> decoded;

    private ImageFolder(String name, InputSpec image, List<Path> files, int[] labels, List<String> classNames) {
        this.name = name;
        this.image = image;
        this.files = files;
        this.labels = labels;
        this.classNames = classNames;
        boolean keep = (long) files.size() * image.elements() <= KEPT_BYTES;
        this.decoded = new AtomicReferenceArray<>(keep ? files.size() : 0);
    }

    /**
     * @param wanted size to bring the pictures to; by default they have to be of one size, and are read in colour
     */
    static DataSource read(Path folder, Optional<Shape> wanted) throws IOException {
        wanted.ifPresent(ImageFolder::requireImage);
        Path trainFolder = folder.resolve(TRAIN_NAME);
        if (!isDivided(folder)) {
            ImageFolder all = part(folder, wanted, Optional.empty());
            return DataSource.of(all).readFrom(all.files);
        }
        ImageFolder train = part(trainFolder, wanted, Optional.empty());
        Optional<Path> testFolder = TEST_NAMES.stream()
                .map(folder::resolve)
                .filter(Files::isDirectory)
                .findFirst();
        if (testFolder.isEmpty()) {
            return DataSource.of(train).readFrom(train.files);
        }
        ImageFolder test = part(testFolder.get(), Optional.of(train.image.shape()), Optional.of(train.classNames()));
        return DataSource.of(train, test)
                .readFrom(
                        Stream.concat(train.files.stream(), test.files.stream()).toList());
    }

    /** Whether there are parts: beside other folders {@code train} is one of the classes. */
    private static boolean isDivided(Path folder) throws IOException {
        Path train = folder.resolve(TRAIN_NAME);
        if (!Files.isDirectory(train)) {
            return false;
        }
        List<Path> others = list(folder, f -> Files.isDirectory(f) && !isPart(lastName(f)));
        if (!others.isEmpty() && !list(train, Files::isDirectory).isEmpty()) {
            throw BadInputException.of(
                    "%s: beside the parts of the data, but none of them: move it away", Names.of(others.get(0)));
        }
        return others.isEmpty();
    }

    private static boolean isPart(String name) {
        return name.equals(TRAIN_NAME) || TEST_NAMES.contains(name);
    }

    private static void requireImage(Shape shape) {
        if (shape.rank() != 3 || shape.dim(0) != 1 && shape.dim(0) != 3 || shape.elements() < 1) {
            throw BadInputException.of(
                    "images cannot be brought to %s: give [1,height,width] or [3,height,width]", shape);
        }
    }

    private static ImageFolder part(Path folder, Optional<Shape> wanted, Optional<List<String>> classes)
            throws IOException {
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<Path> classFolders = list(folder, Files::isDirectory);
        List<String> names = classes.orElseGet(
                () -> classFolders.stream().map(ImageFolder::lastName).toList());
        for (Path classFolder : classFolders) {
            int label = names.indexOf(lastName(classFolder));
            List<Path> images = list(classFolder, ImageFolder::isImage);
            if (label < 0 || images.isEmpty()) {
                throw BadInputException.of(
                        "%s: %s: remove the folder or complete the data",
                        Names.of(classFolder),
                        label < 0 ? "no class of that name in the training part" : "holds no images");
            }
            images.forEach(i -> labels.add(label));
            files.addAll(images);
        }
        List<Path> loose = list(folder, ImageFolder::isImage);
        if (classFolders.isEmpty()) {
            files.addAll(loose);
        } else if (!loose.isEmpty()) {
            throw BadInputException.of(
                    "%s: an image beside folders of classes: move it into one of them, or away",
                    Names.of(loose.get(0)));
        }
        if (files.isEmpty()) {
            throw BadInputException.of(
                    "%s: no images and no data set in this folder: give one with images, or one folder for each class",
                    Names.of(folder));
        }
        InputSpec spec = spec(files, wanted);
        return new ImageFolder(
                Names.of(folder),
                spec,
                files,
                labels.stream().mapToInt(l -> l).toArray(),
                classFolders.isEmpty() ? List.of() : names);
    }

    /** Every header is read here, so that a file that is no image is found before the work starts. */
    private static InputSpec spec(List<Path> files, Optional<Shape> wanted) throws IOException {
        Picture.Size first = Picture.size(files.get(0));
        for (Path file : files) {
            Picture.Size size = Picture.size(file);
            if (wanted.isEmpty() && !size.equals(first)) {
                throw BadInputException.of(
                        "%s: image of %s pixels, but %s has %s: bring them to one size, or give a model of fixed size",
                        Names.of(file), size, Names.of(files.get(0).getFileName()), first);
            }
        }
        return wanted.map(s -> InputSpec.floats(s.toArray()))
                .orElseGet(() -> InputSpec.floats(3, first.height(), first.width()));
    }

    private static String lastName(Path path) {
        return Names.of(path.getFileName());
    }

    private static boolean isImage(Path file) {
        String n = file.getFileName().toString();
        return Files.isRegularFile(file)
                && ENDINGS.contains(n.substring(n.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static List<Path> list(Path folder, Predicate<Path> kind) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(p -> !p.getFileName().toString().startsWith("."))
                    .filter(kind)
                    .sorted(Comparator.comparing(p -> p.getFileName().toString()))
                    .toList();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public List<InputSpec> inputs() {
        return List.of(image);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public long label(int sample) {
        return labels.length == 0 ? -1 : labels[sample];
    }

    @Override
    public void fill(int sample, int input, float[] into, int offset) {
        byte[] pixels = pixels(sample);
        for (int i = 0; i < pixels.length; i++) {
            into[offset + i] = (pixels[i] & 0xff) / 255f;
        }
    }

    private byte[] pixels(int sample) {
        byte[] kept = decoded.length() == 0 ? null : decoded.get(sample);
        if (kept != null) {
            return kept;
        }
        byte[] fresh = decode(files.get(sample));
        if (decoded.length() > 0) {
            decoded.set(sample, fresh);
        }
        return fresh;
    }

    private byte[] decode(Path file) {
        Shape s = image.shape();
        try {
            return Resampling.toBytes(Picture.decode(file), (int) s.dim(0), (int) s.dim(1), (int) s.dim(2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
