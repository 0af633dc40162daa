package espalier.data;

import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import espalier.onnx.WholeFile;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** NumPy's archive: a zip file of arrays, each named after its {@code .npy} entry. */
public final class Npz {
    private static final String SUFFIX = ".npy";
    private static final int MOST_ARRAYS = 1024;
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Npz() {}

    /** Whether a file starts as a zip file with an entry does. */
    static boolean isHead(byte[] head) {
        return head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
    }

    /**
     * All arrays of an archive, in its order.
     *
     * @throws IOException when the file cannot be read
     * @throws BadInputException when it is no archive of arrays of numbers
     */
    public static Map<String, Tensor> read(Path path) throws IOException {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(path.toFile())) {
            if (zip.size() > MOST_ARRAYS) {
                throw BadInputException.of(
                        "%s: %d arrays: give a file of at most %d", Names.of(path), zip.size(), MOST_ARRAYS);
            }
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                if (!name.endsWith(SUFFIX)) {
                    throw BadInputException.of(
                            "%s: '%s' is no npy array: write it with numpy.savez", Names.of(path), Names.of(name));
                }
                String array = name.substring(0, name.length() - SUFFIX.length());
                if (arrays.put(array, read(path, zip, entry)) != null) {
                    throw BadInputException.of(
                            "%s: array '%s' occurs twice: write it with numpy.savez", Names.of(path), Names.of(array));
                }
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) { // the last one: names that are not UTF-8
            throw new BadInputException(Names.of(path) + ": truncated or damaged zip file: get it again", e);
        }
        return arrays;
    }

    private static Tensor read(Path path, ZipFile zip, ZipEntry entry) throws IOException {
        String name = Names.of(path) + ": array '" + Names.of(entry.getName()) + "'";
        long packed = Math.min(Math.max(0, entry.getCompressedSize()), Files.size(path));
        CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
        try (DataFile file = DataFile.part(name, in, packed)) {
            Tensor array = Npy.read(file);
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw file.error("its checksum is wrong: get the file again");
            }
            return array;
        }
    }

    /** Writes an archive, whole or not at all; the same arrays give the same bytes. */
    public static void write(Path path, Map<String, Tensor> arrays) throws IOException {
        WholeFile.write(path, channel -> {
            ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
            write(arrays, zip);
            zip.finish();
            zip.flush();
        });
    }

    private static void write(Map<String, Tensor> arrays, ZipOutputStream zip) throws IOException {
        zip.setLevel(Deflater.BEST_SPEED);
        for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
            entry.setTimeLocal(ALWAYS);
            zip.putNextEntry(entry);
            Npy.write(array.getValue(), zip);
            zip.closeEntry();
        }
    }
}
