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
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights kept in files beside the model. Only regular files with one hard link inside the model's folder are read, through no
 * symbolic link, and only within their size: see SECURITY.md.
 */
final class ExternalData {
    private static final Set<String> KEYS = Set.of("location", "offset", "length", "checksum");

    private final Optional<Path> folder;

    /** @param folder the model's; empty where the model did not come from a file */
    ExternalData(Optional<Path> folder) {
        this.folder = folder;
    }

    ByteBuffer read(Map<String, String> entry, long bytes) {
        for (String key : entry.keySet()) {
            if (!KEYS.contains(key)) {
                throw BadInputException.of("external data with the unknown key '%s'", key);
            }
        }
        Path file = file(entry.getOrDefault("location", ""));
        long offset = number(entry, "offset", 0);
        long length = number(entry, "length", bytes);
        if (length != bytes) {
            throw BadInputException.of("external data of %d bytes, but %d are needed", length, bytes);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            if (offset > channel.size() || length > channel.size() - offset) {
                throw BadInputException.of(
                        "external data '%s' has %d bytes, but bytes %d to %d are needed",
                        file.getFileName(), channel.size(), offset, offset + length);
            }
            ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length));
            while (out.hasRemaining() && channel.read(out, offset + out.position()) >= 0) {}
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
        Path base = folder.orElseThrow(
                () -> new BadInputException("external data, but the model was not read from a file"));
        Path relative;
        try {
            relative = Path.of(location);
        } catch (InvalidPathException e) {
            throw new BadInputException("external data in '" + location + "', which is not a file name", e);
        }
        if (location.isEmpty() || relative.isAbsolute() || relative.getRoot() != null) {
            throw BadInputException.of("external data in '%s': it must be relative to the model", location);
        }
        Path at = base;
        for (Path part : relative) {
            if (part.toString().equals("..")) {
                throw BadInputException.of("external data in '%s', outside the model's folder", location);
            }
            at = at.resolve(part);
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
