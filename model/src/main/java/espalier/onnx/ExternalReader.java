package espalier.onnx;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Weights kept in files beside the model. Only regular files with one hard link inside the model's folder are read, through no
 * symbolic link, only within their size and no more from each than it holds: see SECURITY.md.
 */
final class ExternalReader {
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private final List<Path> folders;
    private final Map<Range, ByteBuffer> ranges = new HashMap<>();
    private final Map<Path, Long> taken = new HashMap<>();

    private record Range(Path file, long offset, long length) {}

    /** @param folders where a file is looked for, in this order; none where the model did not come from a file */
    ExternalReader(List<Path> folders) {
        this.folders = folders;
    }

    /** Beside the model as it was named or, behind a link, as it lies. */
    static ExternalReader beside(Path model) throws IOException {
        return new ExternalReader(Stream.of(model.toAbsolutePath(), model.toRealPath())
                .map(file -> file.resolveSibling(""))
                .distinct()
                .toList());
    }

    /** @param bytes how many the tensor needs */
    ByteBuffer read(Map<String, String> entry, long bytes) {
        Path file = file(entry.getOrDefault("location", ""));
        long offset = number(entry, "offset", 0);
        long length = number(entry, "length", bytes);
        if (length != bytes) {
            throw BadInputException.of("external data of %d bytes, but %d are needed", length, bytes);
        }
        if (length > LARGEST) {
            throw BadInputException.of(
                    "has %d bytes; tensors above 2 GiB are not supported: split it or store it in half precision",
                    length);
        }
        Range range = new Range(file, offset, length);
        ByteBuffer known = ranges.get(range);
        if (known != null) {
            return known;
        }
        ByteBuffer data = read(range);
        ranges.put(range, data);
        return data;
    }

    private ByteBuffer read(Range r) {
        try (FileChannel channel = FileChannel.open(r.file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long size = channel.size();
            if (r.offset > size || r.length > size - r.offset) {
                throw BadInputException.of(
                        "external data '%s' has %d bytes, but bytes %d to %d are needed",
                        r.file.getFileName(), size, r.offset, r.offset + r.length);
            }
            if (taken.merge(r.file, r.length, Long::sum) > size) {
                throw BadInputException.of(
                        "external data '%s' is used more than once: save the model anew", r.file.getFileName());
            }
            ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(r.length));
            while (out.hasRemaining() && channel.read(out, r.offset + out.position()) >= 0) {}
            return out.flip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(Map<String, String> entry, String key, long otherwise) {
        String text = entry.getOrDefault(key, Long.toString(otherwise));
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, like a negative number
        }
        throw BadInputException.of("external data with the %s '%s', which is not a size", key, text);
    }

    private Path file(String location) {
        Path relative = relative(location);
        Path at = folders.stream()
                .filter(folder -> Files.exists(folder.resolve(relative), LinkOption.NOFOLLOW_LINKS))
                .findFirst()
                .or(() -> folders.stream().findFirst())
                .orElseThrow(() -> new BadInputException("external data, but the model was not read from a file"));
        for (Path part : relative) {
            if (part.toString().equals("..")) {
                throw BadInputException.of("external data in '%s', outside the model's folder", location);
            }
            if (!part.toString().equals(".")) {
                at = at.resolve(part);
            }
            if (Files.isSymbolicLink(at)) {
                throw BadInputException.of("external data in '%s', through a symbolic link", location);
            }
        }
        if (!Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
            throw BadInputException.of("external data in '%s', which is not there or not a regular file", location);
        }
        if (hardLinks(at) > 1) {
            throw BadInputException.of("external data in '%s', a file with several hard links", location);
        }
        return at;
    }

    private static Path relative(String location) {
        try {
            Path relative = Path.of(location);
            if (!location.isEmpty() && !relative.isAbsolute() && relative.getRoot() == null) {
                return relative;
            }
        } catch (InvalidPathException e) {
            throw new BadInputException(
                    "external data in '" + location + "', which is not a file name: save the model anew", e);
        }
        throw BadInputException.of("external data in '%s': it must be relative to the model", location);
    }

    private static int hardLinks(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return 1; // the file system knows no links
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
