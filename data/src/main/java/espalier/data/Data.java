package espalier.data;

import espalier.graph.BadInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens whatever a user names as data. What it is, its contents say, not its name. */
public final class Data {
    private static final int HEAD = 512;

    private Data() {}

    /**
     * Opens a folder of IDX, CIFAR or image files, a folder with {@code train} and {@code test} files, one file, or a catalog name.
     *
     * @param spec a path, or a name of the catalog
     * @throws IOException when a file cannot be read
     * @throws BadInputException when there is no such thing or its contents are not what they should be
     */
    public static DataSource open(String spec, Reading how) throws IOException {
        Optional<Path> path = existing(spec);
        if (path.isPresent()) {
            return Files.isDirectory(path.get()) ? folder(path.get(), how) : file(path.get(), Optional.empty(), how);
        }
        return Catalog.open(spec, how.searchPaths());
    }

    private static Optional<Path> existing(String spec) {
        try {
            return Optional.of(Path.of(spec)).filter(Files::exists);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static DataSource folder(Path folder, Reading how) throws IOException {
        if (Idx.isFolder(folder)) {
            return Idx.folder(folder, List.of());
        }
        Optional<Cifar> cifar = Cifar.inFolder(folder);
        if (cifar.isPresent()) {
            return cifar.get().folder(folder);
        }
        for (String ending : List.of(".npz", ".csv")) {
            Path train = folder.resolve("train" + ending);
            if (Files.isRegularFile(train)) {
                return file(train, Optional.of(folder.resolve("test" + ending)).filter(Files::exists), how);
            }
        }
        return ImageFolder.read(folder, how.image());
    }

    private static DataSource file(Path file, Optional<Path> test, Reading how) throws IOException {
        byte[] head = head(file);
        if (Npz.isHead(head)) {
            return npz(file, test).readFrom(files(file, test));
        }
        if (Npy.isHead(head)) {
            return npy(file).readFrom(List.of(file));
        }
        if (Idx.isHead(head)) {
            return Idx.file(file);
        }
        if (Csv.isHead(head)) {
            return Csv.read(file, test, how.labelColumn()).readFrom(files(file, test));
        }
        Optional<Cifar> cifar = Cifar.ofFile(file, head);
        if (cifar.isPresent()) {
            return cifar.get().file(file);
        }
        throw BadInputException.of(
                "%s: of no known kind: give IDX, CIFAR binary, npz, npy or CSV, or a folder of images", Names.of(file));
    }

    private static List<Path> files(Path file, Optional<Path> test) {
        return Stream.concat(Stream.of(file), test.stream()).toList();
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEAD);
            if (head.length < 2 || head[0] != 0x1f || (head[1] & 0xff) != 0x8b) {
                return head;
            }
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readNBytes(HEAD);
        } catch (EOFException | ZipException e) {
            throw new BadInputException(Names.of(file) + ": truncated or damaged packed file: get it again", e);
        }
    }

    private static DataSource npy(Path file) throws IOException {
        try (DataFile in = DataFile.open(file)) {
            return DataSource.of(ArrayData.of(Names.of(file), Map.of("", Npy.read(in))));
        }
    }

    private static DataSource npz(Path file, Optional<Path> test) throws IOException {
        ArrayData train = ArrayData.of(Names.of(file), Npz.read(file));
        if (test.isEmpty()) {
            return DataSource.of(train);
        }
        ArrayData second = ArrayData.of(Names.of(test.get()), Npz.read(test.get()));
        if (!second.inputs().equals(train.inputs())) {
            throw BadInputException.of(
                    "%s: arrays differ in name, shape or type from those of %s: save equal ones",
                    second.name(), train.name());
        }
        if (!train.labelled() || !second.labelled()) {
            return DataSource.of(train, second);
        }
        boolean more = second.classes() > train.classes();
        List<String> classes = more ? second.classNames() : train.classNames();
        return DataSource.of(train.withClasses(classes), second.withClasses(classes));
    }
}
