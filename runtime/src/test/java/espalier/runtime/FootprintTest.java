package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Tensor;
import espalier.pack.PackedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What an application takes on with the runtime module, besides ONNX Runtime and protobuf's reader. */
class FootprintTest {
    private static final long LIMIT = 300 * 1024;

    @Test
    void our_own_jars_stay_small() throws IOException, URISyntaxException {
        long bytes = 0;
        for (Class<?> c : List.of(OrtSession.class, PackedFile.class, Tensor.class)) {
            bytes += jarBytes(Path.of(
                    c.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        assertThat(bytes).isLessThan(LIMIT);
    }

    private static long jarBytes(Path classes) throws IOException {
        if (Files.isRegularFile(classes)) {
            return Files.size(classes);
        }
        long[] count = new long[1];
        OutputStream counting = new OutputStream() {
            @Override
            public void write(int b) {
                count[0]++;
            }
        };
        try (ZipOutputStream jar = new ZipOutputStream(counting);
                var files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
        return count[0];
    }
}
