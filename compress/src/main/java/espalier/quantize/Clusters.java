package espalier.quantize;

import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.pack.PackedFile;
import espalier.pack.Packing;
import espalier.pass.Passes;
import espalier.pass.Stripped;
import espalier.work.Outcome;
import espalier.work.Retraining;
import espalier.work.Workbench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The step {@code cluster}: few values for each layer, and their training. */
public final class Clusters {
    private Clusters() {}

    public static Outcome run(Cluster settings, Model input, Workbench bench) {
        Model model = Passes.beforeTraining().apply(input);
        List<Coded> coded = Coded.of(model, settings);
        Map<String, Integer> chosen =
                settings.hasGoal() ? new BitChoice(model, coded, settings, bench).bits() : Map.of();
        Map<String, Codes> codes = new LinkedHashMap<>();
        Map<String, Tensor> decoded = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        for (Coded c : coded) {
            int bits = chosen.getOrDefault(c.name(), c.bits(settings));
            if (bits > 0) {
                Codes its = c.codes(model, bits, settings, bench.seed());
                codes.put(c.name(), its);
                decoded.put(
                        c.name(), its.decoded(model.graph().constant(c.name()).orElseThrow()));
                notes.add(String.format(Locale.ROOT, "%s: %d bits, %d values", c.name(), bits, its.values().length));
            }
        }
        List<String> whole = coded.stream()
                .filter(c -> settings.perChannel() && codes.containsKey(c.name()) && c.weight() && !c.byRow())
                .map(Coded::layer)
                .toList();
        if (!whole.isEmpty()) {
            notes.add("values for the whole layer, since its filters are not rows of its weight: "
                    + String.join(", ", whole));
        }
        Model clustered = model.withGraph(model.graph().plusInitializers(decoded));
        Model result = clustered;
        if (settings.tune()) {
            Outcome tuned = Retraining.run(
                    settings.retrain(), settings.against(), clustered, bench, new CentroidTraining(codes, settings));
            notes.addAll(tuned.notes());
            result = tuned.model();
        }
        requireZeros(model, result, codes.keySet());
        Packing packing = PackedFile.pack(Stripped.of(result));
        notes.add(String.format(Locale.ROOT, "packed: %,d bytes (espalier pack --strip)", packing.bytes().length));
        missed(settings.maxBytes(), packing.bytes().length).ifPresent(notes::add);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("packedBytes", packing.bytes().length);
        details.put("tensors", packing.tensors());
        return new Outcome(result, notes, details);
    }

    /** Bits are chosen before training, after which the same values may take more. */
    static Optional<String> missed(OptionalLong maxBytes, long bytes) {
        return maxBytes.isPresent() && bytes > maxBytes.getAsLong()
                ? Optional.of(String.format(
                        Locale.ROOT, "max-bytes missed by %,d: lower it by as many", bytes - maxBytes.getAsLong()))
                : Optional.empty();
    }

    /** What was pruned is pruned still. */
    private static void requireZeros(Model before, Model after, Iterable<String> names) {
        for (String name : names) {
            float[] was = before.graph().constant(name).orElseThrow().toFloats();
            float[] is = after.graph().constant(name).orElseThrow().toFloats();
            for (int i = 0; i < was.length; i++) {
                if (was[i] == 0 && is[i] != 0) {
                    throw new IllegalStateException("a zero of '" + name + "' did not survive clustering");
                }
            }
        }
    }
}
