package espalier.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are written aside and renamed, so that the old file or the new one is there, never half of one; what was written aside is
 * gone when that fails. A link stays one, to a new file.
 */
public final class WholeFile {
    /** What a file shall hold. */
    @FunctionalInterface
    public interface Content {
        void to(FileChannel channel) throws IOException;
    }

    private WholeFile() {}

    /** As UTF-8. */
    public static void write(String text, Path file) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8), file);
    }

    public static void write(byte[] content, Path file) throws IOException {
        write(file, channel -> writeAll(ByteBuffer.wrap(content), channel));
    }

    /** Content that is made while it is written; an exception from it leaves the old file. */
    public static void write(Path file, Content content) throws IOException {
        replace(target(file), content);
    }

    /** All that remains of a buffer. */
    public static void writeAll(ByteBuffer bytes, FileChannel channel) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Where a file lies, or will. */
    static Path target(Path file) throws IOException {
        return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    }

    static void replace(Path target, Content content) throws IOException {
        Path aside = target.resolveSibling(target.getFileName() + ".part");
        Files.deleteIfExists(aside);
        try {
            try (FileChannel channel =
                    FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.to(channel);
                channel.force(true);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }
}
