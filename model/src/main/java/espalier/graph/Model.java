package espalier.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A whole file: a graph and what is said about it.
 *
 * @param irVersion version of the file format
 * @param opsets operator set version by domain; the standard domain is the empty string
 * @param producer name of the tool that wrote it, possibly empty
 * @param graph the network
 * @param metadata free key-value pairs; Espalier keeps its provenance there
 * @param extra fields that are not interpreted: functions, training information, versions, documentation
 */
public record Model(
        long irVersion,
        Map<String, Long> opsets,
        String producer,
        Graph graph,
        Map<String, String> metadata,
        Extra extra) {
    /** The metadata entry that says how inputs are normalized; without it they are as in the data. */
    public static final String NORMALIZATION = "espalier.normalization";

    public Model {
        opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A new model for the standard operators of {@code opset}, at the IR version that came with opset 17. */
    public static Model of(int opset, Graph graph) {
        return new Model(opset <= 18 ? 8 : 10, Map.of("", (long) opset), "espalier", graph, Map.of(), Extra.NONE);
    }

    /** Version of the standard operators; 1 where the file names none. */
    public int opset() {
        return Math.toIntExact(opsets.getOrDefault("", opsets.getOrDefault("ai.onnx", 1L)));
    }

    public Model withGraph(Graph newGraph) {
        return new Model(irVersion, opsets, producer, newGraph, metadata, extra);
    }

    public Model withMetadata(Map<String, String> newMetadata) {
        return new Model(irVersion, opsets, producer, graph, newMetadata, extra);
    }
}
