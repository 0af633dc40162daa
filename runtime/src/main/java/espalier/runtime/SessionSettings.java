package espalier.runtime;

import espalier.graph.BadInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How ONNX Runtime runs a model. Nodes run one after the other; {@code threads} work on each.
 *
 * @param threads threads inside a node, 1 or more
 * @param optimized whether ONNX Runtime may rewrite the graph (all its levels) before it runs
 * @param optimizedGraph where to write the graph as ONNX Runtime will run it, to see what it fused
 */
public record SessionSettings(int threads, boolean optimized, Optional<Path> optimizedGraph) {
    public SessionSettings() {
        this(1, true, Optional.empty());
    }

    public SessionSettings {
        if (threads < 1) {
            throw BadInputException.of("threads = %d: take 1 or more", threads);
        }
    }

    public SessionSettings withThreads(int count) {
        return new SessionSettings(count, optimized, optimizedGraph);
    }

    public SessionSettings unoptimized() {
        return new SessionSettings(threads, false, optimizedGraph);
    }

    public SessionSettings withOptimizedGraph(Path file) {
        return new SessionSettings(threads, optimized, Optional.of(file));
    }
}
