package espalier.runtime;

import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import espalier.pack.PackedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Several models for the same task, of which one is chosen by the resources at hand. Models are loaded when they are first run and
 * closed again where memory is short. May be used from several threads; must be closed.
 */
public final class ModelFamily implements AutoCloseable {
    private final Path path;
    private final FamilyManifest manifest;
    private final SessionSettings settings;
    private final long memoryCap;
    private final LoadedVariants loaded;

    private ModelFamily(Path path, FamilyManifest manifest, SessionSettings settings, long memoryCap) {
        this.path = path;
        this.manifest = manifest;
        this.settings = settings;
        this.memoryCap = memoryCap;
        this.loaded = new LoadedVariants(path, settings, memoryCap);
    }

    /** Opens {@code family.json}; one thread for each call, and no cap on memory. */
    public static ModelFamily open(Path manifest) throws IOException {
        return open(manifest, new SessionSettings(), Long.MAX_VALUE);
    }

    /**
     * @param memoryCap most bytes of all loaded variants together, as {@link Variant#memoryBytes} counts them
     * @throws BadInputException when the manifest is damaged, or a file is missing or altered
     */
    public static ModelFamily open(Path manifest, SessionSettings settings, long memoryCap) throws IOException {
        FamilyManifest read = FamilyManifest.read(manifest);
        Map<Artifact, OptionalLong> weights = new HashMap<>();
        for (Variant v : read.variants()) {
            if (!weights.containsKey(v.file())) {
                weights.put(v.file(), weightBytes(v.file().read(manifest), manifest));
            }
        }
        List<Variant> variants = read.variants().stream()
                .map(v -> v.unpacked(weights.getOrDefault(v.file(), OptionalLong.empty())))
                .toList();
        return new ModelFamily(manifest, new FamilyManifest(variants), settings, memoryCap);
    }

    private static OptionalLong weightBytes(byte[] file, Path manifest) {
        try {
            return PackedFile.isPacked(file) ? OptionalLong.of(PackedFile.unpackedBytes(file)) : OptionalLong.empty();
        } catch (BadInputException e) {
            throw new BadInputException(manifest + ": " + e.getMessage(), e);
        }
    }

    /** In the order of the manifest. */
    public List<Variant> variants() {
        return manifest.variants();
    }

    /**
     * Those that alone are under the cap on memory.
     *
     * @throws BadInputException where none is, naming the nearest
     */
    List<Variant> loadable() {
        List<Variant> loadable = variants().stream().filter(loaded::holds).toList();
        if (loadable.isEmpty()) {
            throw unmet(capped(new Budget()));
        }
        return loadable;
    }

    private Budget capped(Budget budget) {
        long most = Math.min(memoryCap, budget.memoryBytes().orElse(Long.MAX_VALUE));
        return most == Long.MAX_VALUE ? budget : budget.withMemoryBytes(most);
    }

    /**
     * The most accurate variant within a budget and under the cap on memory; with a floor on accuracy the fastest above it.
     *
     * @throws BadInputException where none is, naming the nearest
     */
    public Variant select(Budget budget) {
        Comparator<Variant> fast = Comparator.<Variant>comparingDouble(v -> v.latency(budget.threads()))
                .thenComparingLong(Variant::macs);
        Comparator<Variant> best = budget.accuracy().isPresent()
                ? fast
                : Comparator.comparingDouble(Variant::worth).reversed().thenComparing(fast);
        Budget capped = capped(budget);
        return variants().stream().filter(capped::isMetBy).min(best).orElseThrow(() -> unmet(capped));
    }

    private BadInputException unmet(Budget budget) {
        Variant nearest = variants().stream()
                .min(Comparator.comparingDouble(budget::excess))
                .orElseThrow();
        return BadInputException.of(
                "%s: no variant has %s: the nearest is '%s' with %s",
                path, budget.text(), nearest.name(), budget.text(nearest));
    }

    /** Runs one variant. */
    public LinkedHashMap<String, Tensor> run(Variant variant, Map<String, Tensor> inputs) {
        try (LoadedVariants.Lease lease = lease(variant)) {
            return lease.session().run(inputs);
        }
    }

    LoadedVariants.Lease lease(Variant variant) {
        return loaded.lease(variant);
    }

    /** Closes what is not in use, but for one. */
    void closeAllBut(Variant variant) {
        loaded.closeAllBut(variant);
    }

    int threads() {
        return settings.threads();
    }

    boolean isLoaded(Variant variant) {
        return loaded.isLoaded(variant);
    }

    /** Bytes of the variants that are loaded now. */
    public long loadedBytes() {
        return loaded.bytes();
    }

    /** The most bytes that were loaded at once since the family was opened. */
    public long mostLoadedBytes() {
        return loaded.most();
    }

    @Override
    public void close() {
        loaded.close();
    }
}
