package espalier.runtime;

import espalier.graph.BadInputException;
import espalier.onnx.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What {@code family.json} says: several models for the same task. */
public record FamilyManifest(List<Variant> variants) {
    /** The manifest's name in its folder. */
    public static final String FILE = "family.json";

    private static final String FORMAT = "espalier-family";
    private static final int VERSION = 2;

    /** The version of manifests in which every variant has a file of its own. */
    private static final int WITHOUT_PARTS = 1;

    public FamilyManifest {
        variants = List.copyOf(variants);
    }

    /** A manifest in which every variant knows whether another is better in everything. */
    public static FamilyManifest judged(List<Variant> variants) {
        return new FamilyManifest(variants.stream()
                .map(v -> v.dominatedBy(variants.stream()
                        .filter(other -> other.dominates(v))
                        .map(Variant::name)
                        .findFirst()))
                .toList());
    }

    /**
     * @throws BadInputException when it is damaged; the variants' files are not looked at
     */
    public static FamilyManifest read(Path path) throws IOException {
        JsonObject json = JsonObject.parse(Artifact.text(path), path.toString());
        json.requireFormat(FORMAT, VERSION);
        List<Variant> variants =
                json.objects("variants").stream().map(FamilyManifest::variant).toList();
        Set<String> names = new HashSet<>();
        variants.forEach(v -> {
            if (!names.add(v.name())) {
                throw BadInputException.of("%s: two variants are called '%s'", path, v.name());
            }
        });
        if (variants.isEmpty()) {
            throw BadInputException.of("%s: has no variants", path);
        }
        return new FamilyManifest(variants);
    }

    private static Variant variant(JsonObject v) {
        JsonObject latency = v.object("latencyMillis");
        Map<Integer, Double> byThreads = new TreeMap<>();
        for (Object key : latency.values().keySet()) {
            String threads = String.valueOf(key);
            if (!threads.matches("[1-9][0-9]{0,4}")) {
                throw BadInputException.of("%s: '%s' is not a number of threads", latency.where(), threads);
            }
            byThreads.put(Integer.valueOf(threads), latency.number(threads));
        }
        String by = v.values().containsKey("dominatedBy") ? v.text("dominatedBy") : "";
        return new Variant(
                v.text("name"),
                Artifact.of(v),
                v.whole("macs"),
                v.whole("peakBytes"),
                v.optional("accuracy"),
                byThreads,
                by.isEmpty() ? Optional.empty() : Optional.of(by),
                v.values().containsKey("output")
                        ? Optional.of(new Variant.Part(v.text("output"), v.whole("weightBytes")))
                        : Optional.empty());
    }

    public void write(Path path) throws IOException {
        List<Object> all = new ArrayList<>();
        for (Variant v : variants) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", v.name());
            one.put("file", v.file().file());
            one.put("sha256", v.file().sha256());
            one.put("bytes", v.file().bytes());
            v.part().ifPresent(p -> {
                one.put("output", p.output());
                one.put("weightBytes", p.bytes());
            });
            one.put("macs", v.macs());
            one.put("peakBytes", v.peakBytes());
            v.accuracy().ifPresent(a -> one.put("accuracy", a));
            one.put("latencyMillis", v.latencyMillis());
            v.dominatedBy().ifPresent(d -> one.put("dominatedBy", d));
            all.add(one);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", variants.stream().anyMatch(v -> v.part().isPresent()) ? VERSION : WITHOUT_PARTS);
        json.put("variants", all);
        WholeFile.write(Json.text(json), path);
    }
}
