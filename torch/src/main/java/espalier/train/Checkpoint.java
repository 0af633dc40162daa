package espalier.train;

import espalier.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All of a run that has to be known to go on with it. {@link CheckpointFile} has the format on disk.
 *
 * @param facts what the run is and where it stands, as text by key
 * @param tensors weights, running statistics, optimizer's and averaging's memory by name, with a prefix that tells which
 */
record Checkpoint(Map<String, String> facts, Map<String, Tensor> tensors) {
    Checkpoint {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}
