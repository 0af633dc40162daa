package espalier.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The folder into which JavaCPP unpacks libtorch: a folder for each jar, with the jar's own paths inside. A library that was cut
 * short there (a full disk, a kill) crashes the JVM when it is loaded.
 */
final class NativeCache {
    private final Path folder;
    private final Map<String, Path> jars;

    /** @param classPath where the jars are, as in {@code java.class.path} */
    NativeCache(Path folder, String classPath) {
        this.folder = folder;
        this.jars = new java.util.HashMap<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar") && jar.getFileName() != null) {
                jars.put(jar.getFileName().toString(), jar);
            }
        }
    }

    static NativeCache current() {
        String home = System.getProperty("user.home", ".");
        String folder = System.getProperty("org.bytedeco.javacpp.cachedir", home + "/.javacpp/cache");
        return new NativeCache(Path.of(folder), System.getProperty("java.class.path", ""));
    }

    Path folder() {
        return folder;
    }

    /** Bytes of everything unpacked. */
    long bytes() throws IOException {
        long sum = 0;
        for (Path file : filesBelow(folder)) {
            sum += Files.size(file);
        }
        return sum;
    }

    /** Unpacked files whose size is not that of the jar's entry. */
    List<Path> damaged() throws IOException {
        List<Path> damaged = new ArrayList<>();
        for (Map.Entry<String, Path> jar : jars.entrySet()) {
            Path unpacked = folder.resolve(jar.getKey());
            if (Files.isDirectory(unpacked)) {
                damaged.addAll(damaged(unpacked, jar.getValue()));
            }
        }
        return damaged;
    }

    private static List<Path> damaged(Path unpacked, Path jar) throws IOException {
        List<Path> damaged = new ArrayList<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Path file : filesBelow(unpacked)) {
                ZipEntry entry =
                        zip.getEntry(unpacked.relativize(file).toString().replace('\\', '/'));
                if (entry != null && entry.getSize() != Files.size(file)) {
                    damaged.add(file);
                }
            }
        }
        return damaged;
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(f -> Files.isRegularFile(f, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }
}
