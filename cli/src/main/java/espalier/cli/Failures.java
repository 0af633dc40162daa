package espalier.cli;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong, as one line for the user and a code for the shell. */
final class Failures {
    private static final String NO_NATIVE_MEMORY = "can't allocate memory";

    private Failures() {}

    /** Prints the line, after the stack trace if asked for, and returns the exit code. */
    static int report(Throwable failure, PrintStream err, boolean debug) {
        if (debug) {
            failure.printStackTrace(err);
        }
        err.println("espalier: " + Escape.controls(line(failure)));
        return code(failure);
    }

    static int code(Throwable failure) {
        if (failure instanceof BadInputException) {
            return ExitCode.BAD_INPUT;
        }
        return failure instanceof IOException || failure instanceof UncheckedIOException ? ExitCode.IO : ExitCode.OURS;
    }

    static String line(Throwable failure) {
        if (failure instanceof BadInputException) {
            return message(failure);
        }
        if (failure instanceof UncheckedIOException u && u.getCause() != null) {
            return line(u.getCause());
        }
        if (failure instanceof IOException io) {
            return fileProblem(io);
        }
        if (isOutOfMemory(failure)) {
            return "out of memory: take a smaller batch, or give Java more with ESPALIER_JAVA_OPTS=-Xmx8g";
        }
        if (failure instanceof LinkageError) {
            return "a native library or class cannot be loaded: " + message(failure) + ": try espalier doctor --load";
        }
        if (failure instanceof StackOverflowError) {
            return "the model is nested too deeply: give Java a larger stack with ESPALIER_JAVA_OPTS=-Xss64m";
        }
        return "internal error: " + failure.getClass().getSimpleName() + ": " + message(failure)
                + ": run it again with --debug and report what it prints";
    }

    private static boolean isOutOfMemory(Throwable failure) {
        return failure instanceof OutOfMemoryError
                || failure instanceof RuntimeException && message(failure).contains(NO_NATIVE_MEMORY);
    }

    private static String fileProblem(IOException e) {
        if (!(e instanceof FileSystemException f) || f.getFile() == null) {
            return withoutPrefix(message(e));
        }
        return f.getFile() + ": " + reason(f);
    }

    private static String reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "exists already: choose another name, or --force to replace it";
        }
        if (e instanceof NotDirectoryException) {
            return "is not a folder";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        String reason = e.getReason();
        return reason == null ? "cannot be read or written" : withoutPrefix(reason);
    }

    /** The system's own words for what users meet most, made clearer. */
    private static String withoutPrefix(String reason) {
        return switch (reason) {
            case "No space left on device" -> "the disk is full";
            case "Is a directory" -> "is a folder, not a file";
            default -> reason;
        };
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }
}
