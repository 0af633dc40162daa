package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                row(new BadInputException("a.onnx: truncated"), 65, "a.onnx: truncated"),
                row(new NoSuchFileException("a.onnx"), 74, "a.onnx: no such file or folder"),
                row(new AccessDeniedException("a.onnx"), 74, "a.onnx: permission denied"),
                row(
                        new FileAlreadyExistsException("a.onnx"),
                        74,
                        "a.onnx: exists already: choose another name, or --force to replace it"),
                row(new FileSystemException("a.onnx", null, "No space left on device"), 74, "a.onnx: the disk is full"),
                row(new IOException("No space left on device"), 74, "the disk is full"),
                row(new UncheckedIOException(new IOException("Is a directory")), 74, "is a folder, not a file"),
                row(
                        new OutOfMemoryError("Java heap space"),
                        70,
                        "out of memory: take a smaller batch, or give Java more with ESPALIER_JAVA_OPTS=-Xmx8g"),
                row(
                        new RuntimeException(
                                "[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
                        70,
                        "out of memory: take a smaller batch, or give Java more with ESPALIER_JAVA_OPTS=-Xmx8g"),
                row(
                        new UnsatisfiedLinkError("no jnitorch in java.library.path"),
                        70,
                        "a native library or class cannot be loaded: no jnitorch in java.library.path:"
                                + " try espalier doctor --load"),
                row(
                        new IllegalStateException("index\nand more"),
                        70,
                        "internal error: IllegalStateException: index: run it again with --debug and report what it prints"));
    }

    private static Arguments row(Throwable failure, int code, String line) {
        return Arguments.of(failure, code, line);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void become_one_line_and_a_code(Throwable failure, int code, String line) {
        assertThat(Failures.line(failure)).isEqualTo(line);
        assertThat(Failures.code(failure)).isEqualTo(code);
    }
}
