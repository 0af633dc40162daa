package espalier.runtime;

import espalier.graph.BadInputException;
import espalier.graph.Edges;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Tensor;
import espalier.graph.ValueInfo;
import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One model of a family.
 *
 * @param name unique in the family
 * @param file its ONNX file
 * @param macs multiply-adds of one sample: the proxy of its energy
 * @param peakBytes most bytes of activations alive at once, for one sample
 * @param accuracy top-1 share, 0..1; empty where there were no labels
 * @param latencyMillis median time of one sample by number of threads
 * @param dominatedBy the name of a variant that is at least as good in every respect and better in one; where an accuracy is not known,
 *     less work is not as good
 * @param part which of its file, where several variants share one
 * @param unpackedBytes of the weights of a packed file, as they are in memory; empty for other files, and as long as it was not looked at
 */
public record Variant(
        String name,
        Artifact file,
        long macs,
        long peakBytes,
        OptionalDouble accuracy,
        Map<Integer, Double> latencyMillis,
        Optional<String> dominatedBy,
        Optional<Part> part,
        OptionalLong unpackedBytes) {
    /**
     * A part of a file that several variants share.
     *
     * @param output the file's output that it leads to
     * @param bytes of its own weights
     */
    public record Part(String output, long bytes) {}

    public Variant {
        latencyMillis = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(latencyMillis));
    }

    /** A variant that has its file to itself. */
    public Variant(
            String name,
            Artifact file,
            long macs,
            long peakBytes,
            OptionalDouble accuracy,
            Map<Integer, Double> latencyMillis,
            Optional<String> dominatedBy) {
        this(name, file, macs, peakBytes, accuracy, latencyMillis, dominatedBy, Optional.empty());
    }

    /** A variant of which the file has not been looked at. */
    public Variant(
            String name,
            Artifact file,
            long macs,
            long peakBytes,
            OptionalDouble accuracy,
            Map<Integer, Double> latencyMillis,
            Optional<String> dominatedBy,
            Optional<Part> part) {
        this(name, file, macs, peakBytes, accuracy, latencyMillis, dominatedBy, part, OptionalLong.empty());
    }

    /** Weights and activations: what it needs while it runs. */
    public long memoryBytes() {
        return part.map(Part::bytes).orElse(unpackedBytes.orElse(file.bytes())) + peakBytes;
    }

    /**
     * What ONNX Runtime is given.
     *
     * @throws BadInputException when the file is not what the manifest says
     */
    byte[] onnx(Path manifest) throws IOException {
        byte[] contents = file.read(manifest);
        try {
            if (part.isEmpty() && !PackedFile.isPacked(contents)) {
                return contents;
            }
            Model model = PackedFile.isPacked(contents) ? PackedFile.parse(contents) : OnnxFile.parse(contents);
            return OnnxFile.bytes(part.isPresent() ? leadingTo(part.get().output(), model) : model);
        } catch (BadInputException e) {
            throw new BadInputException(manifest + ": " + e.getMessage(), e);
        }
    }

    /** What leads to one output, which is called as the first from now on. Weights that are slices are cut by ONNX Runtime. */
    private static Model leadingTo(String output, Model model) {
        Graph g = model.graph();
        int at = g.outputNames().indexOf(output);
        if (at < 0) {
            throw BadInputException.of("the file has no output '%s'", output);
        }
        ValueInfo first = g.outputs().get(0);
        Set<String> needed = new HashSet<>(Set.of(output));
        List<Node> nodes = new ArrayList<>();
        for (int i = g.nodes().size() - 1; i >= 0; i--) {
            Node n = g.nodes().get(i);
            if (Collections.disjoint(n.outputs(), needed)) {
                continue;
            }
            needed.addAll(n.inputs());
            needed.addAll(Edges.captures(n));
            List<String> outputs = new ArrayList<>(n.outputs());
            outputs.replaceAll(o -> o.equals(output) ? first.name() : o);
            nodes.add(0, n.withOutputs(outputs));
        }
        Map<String, Tensor> initializers = new LinkedHashMap<>(g.initializers());
        initializers.keySet().retainAll(needed);
        ValueInfo its = g.outputs().get(at);
        return model.withGraph(g.withNodes(nodes)
                .withInitializers(initializers)
                .withOutputs(List.of(new ValueInfo(first.name(), its.type(), its.extra()))));
    }

    /** On so many threads, or on the nearest number that was measured, the smaller of two. */
    public double latency(int threads) {
        return latencyMillis.entrySet().stream()
                .min(java.util.Comparator.comparingInt(e -> Math.abs(e.getKey() - threads)))
                .map(Map.Entry::getValue)
                .orElse(0.0);
    }

    /** Worth more: accuracy, or work where no accuracy is known. */
    double worth() {
        return accuracy.orElse(0) + macs * 1e-24;
    }

    boolean dominates(Variant other) {
        boolean known = accuracy.isPresent() && other.accuracy.isPresent();
        boolean noWorse = (known ? accuracy.getAsDouble() >= other.accuracy.getAsDouble() : macs >= other.macs)
                && memoryBytes() <= other.memoryBytes()
                && macs <= other.macs
                && other.latencyMillis.keySet().stream().allMatch(t -> latency(t) <= other.latency(t));
        boolean better = known && accuracy.getAsDouble() > other.accuracy.getAsDouble()
                || memoryBytes() < other.memoryBytes()
                || macs < other.macs
                || other.latencyMillis.keySet().stream().anyMatch(t -> latency(t) < other.latency(t));
        return noWorse && better;
    }

    Variant dominatedBy(Optional<String> another) {
        return new Variant(name, file, macs, peakBytes, accuracy, latencyMillis, another, part, unpackedBytes);
    }

    Variant unpacked(OptionalLong bytes) {
        return new Variant(name, file, macs, peakBytes, accuracy, latencyMillis, dominatedBy, part, bytes);
    }
}
