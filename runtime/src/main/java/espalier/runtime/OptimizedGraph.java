package espalier.runtime;

import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model as ONNX Runtime rewrites it before it runs: which operators it fused, and which it left. */
public final class OptimizedGraph {
    private OptimizedGraph() {}

    /** @param model the bytes of a file that has no external data */
    public static Model of(byte[] model) {
        try {
            Path folder = Files.createTempDirectory("espalier-optimized");
            Path file = folder.resolve("optimized.onnx");
            try (OrtSession session = OrtSession.of(model, new SessionSettings().withOptimizedGraph(file))) {
                return OnnxFile.read(file);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
