package espalier.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;

/** Standard output, which remembers why it failed: a {@link PrintStream} alone forgets. */
final class StandardOutput {
    private final Remembering remembering;
    private final PrintStream stream;

    StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream to) {
        remembering = new Remembering(to);
        stream = new PrintStream(new BufferedOutputStream(remembering, 1 << 16), false, Charset.defaultCharset());
    }

    PrintStream stream() {
        return stream;
    }

    /** The exit code, changed where the output could not be written; a reader that has seen enough is no error. */
    int finish(int code, PrintStream err) {
        stream.flush();
        Optional<IOException> failure = remembering.failure;
        if (failure.isEmpty() || String.valueOf(failure.get().getMessage()).contains("Broken pipe")) {
            return code;
        }
        return Failures.report(new IOException("standard output: " + Failures.line(failure.get())), err, false);
    }

    private static final class Remembering extends FilterOutputStream {
        private Optional<IOException> failure = Optional.empty();

        Remembering(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failure = Optional.of(e);
                throw e;
            }
        }
    }
}
