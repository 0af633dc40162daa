package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFamilyTest {
    private static final Map<String, Tensor> INPUT =
            Map.of("input", Tensor.floats(Shape.of(1, 1, 4, 4), new float[16]));

    @TempDir
    private Path folder;

    private Path manifest = Path.of("");

    /** Three networks of which the recorded latency is 8, 4 and 1 ms, and one that is worse than small in everything. */
    @BeforeEach
    void written() throws IOException {
        List<Variant> all = List.of(
                variant("large", "mlp-64", 0.9, 8),
                variant("medium", "mlp-32", 0.8, 4),
                variant("small", "mlp-8", 0.7, 1),
                variant("poor", "mlp-9", 0.6, 2));
        manifest = folder.resolve(FamilyManifest.FILE);
        FamilyManifest.judged(all).write(manifest);
    }

    private Variant variant(String name, String network, double accuracy, double millis) throws IOException {
        Model model = Zoo.create(network, 1, 4, 4, 3, 1);
        Path file = folder.resolve(name + ".onnx");
        OnnxFile.write(model, file);
        long macs = Files.size(file) / 4;
        return new Variant(
                name,
                Artifact.of(file),
                macs,
                100,
                OptionalDouble.of(accuracy),
                Map.of(1, millis, 2, millis / 2),
                Optional.empty());
    }

    @Test
    void a_manifest_is_read_as_it_was_written() throws IOException {
        FamilyManifest read = FamilyManifest.read(manifest);
        assertThat(FamilyManifest.judged(read.variants())).isEqualTo(read);
        assertThat(read.variants()).extracting(Variant::name).containsExactly("large", "medium", "small", "poor");
        assertThat(read.variants().get(3).dominatedBy()).contains("small");
        assertThat(read.variants().get(2).dominatedBy()).isEmpty();
    }

    /** Of two that do the same work the slower one is worse. */
    @Test
    void a_larger_variant_of_unknown_accuracy_is_not_dominated() throws IOException {
        FamilyManifest.judged(List.of(
                        unlabelled("large", "mlp-64", 3000, 8),
                        unlabelled("small", "mlp-8", 1000, 1),
                        unlabelled("slow", "mlp-9", 1000, 2)))
                .write(manifest);
        try (ModelFamily family = ModelFamily.open(manifest)) {
            assertThat(family.variants())
                    .extracting(Variant::dominatedBy)
                    .containsExactly(Optional.empty(), Optional.empty(), Optional.of("small"));
            Scripted machine = new Scripted();
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(10), machine);
            assertThat(selector.current().name()).isEqualTo("large");
        }
    }

    private Variant unlabelled(String name, String network, long macs, double millis) throws IOException {
        Variant v = variant(name, network, 0, millis);
        return new Variant(
                name, v.file(), macs, v.peakBytes(), OptionalDouble.empty(), v.latencyMillis(), Optional.empty());
    }

    @Test
    void a_variant_is_chosen_by_what_there_is() throws IOException {
        try (ModelFamily family = ModelFamily.open(manifest)) {
            assertThat(family.select(new Budget()).name()).isEqualTo("large");
            assertThat(family.select(new Budget().withLatencyMillis(5)).name()).isEqualTo("medium");
            assertThat(family.select(new Budget().withLatencyMillis(4).withThreads(2))
                            .name())
                    .isEqualTo("large");
            assertThat(family.select(new Budget().withAccuracy(0.75)).name()).isEqualTo("medium");
            long least = family.variants().get(2).memoryBytes();
            assertThat(family.select(new Budget().withMemoryBytes(least)).name())
                    .isEqualTo("small");
            assertThat(family.select(new Budget()
                                    .withMacs(family.variants().get(1).macs()))
                            .name())
                    .isEqualTo("medium");
        }
    }

    @Test
    void the_nearest_variant_is_named_where_nothing_meets_a_budget() throws IOException {
        try (ModelFamily family = ModelFamily.open(manifest)) {
            assertThatThrownBy(() -> family.select(new Budget().withLatencyMillis(0.5)))
                    .hasMessage(manifest + ": no variant has latency <= 0.500 ms: the nearest is 'small' with 1.00 ms");
            assertThatThrownBy(() ->
                            family.select(new Budget().withLatencyMillis(3).withAccuracy(0.95)))
                    .hasMessage(manifest + ": no variant has latency <= 3.00 ms and accuracy >= 95.00 %: the nearest is"
                            + " 'large' with 8.00 ms, 90.00 %");
        }
    }

    @Test
    void files_that_are_missing_or_altered_are_refused_when_the_family_is_opened() throws IOException {
        Files.write(folder.resolve("small.onnx"), new byte[3]);
        assertThatThrownBy(() -> ModelFamily.open(manifest))
                .hasMessage(manifest + ": 'small.onnx' is not the file it was written for (SHA-256 differs): copy the"
                        + " whole folder again");
        Files.delete(folder.resolve("small.onnx"));
        assertThatThrownBy(() -> ModelFamily.open(manifest))
                .hasMessage(manifest + ": 'small.onnx' is missing beside it: copy the whole folder");
    }

    @Test
    void loaded_variants_stay_under_the_cap_whoever_asks() throws Exception {
        long cap;
        try (ModelFamily family = ModelFamily.open(manifest)) {
            List<Variant> v = family.variants();
            cap = v.get(0).memoryBytes() + v.get(2).memoryBytes();
        }
        try (ModelFamily family = ModelFamily.open(manifest, new SessionSettings(), cap)) {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Variant v = family.variants().get(i * 7 % 4);
                calls.add(() -> family.run(v, INPUT).size());
            }
            for (Future<Integer> answer : pool.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(1);
            }
            pool.shutdown();
            assertThat(family.mostLoadedBytes()).isLessThanOrEqualTo(cap).isPositive();
        }
        try (ModelFamily family = ModelFamily.open(manifest, new SessionSettings(), 10)) {
            Variant small = family.variants().get(2);
            assertThatThrownBy(() -> family.run(small, INPUT))
                    .hasMessage(manifest + ": variant 'small' needs " + small.memoryBytes()
                            + " bytes, more than the cap of 10: raise it or choose a smaller variant");
        }
    }

    @Test
    void a_variant_above_the_cap_is_not_chosen() throws IOException {
        long medium;
        long small;
        try (ModelFamily family = ModelFamily.open(manifest)) {
            medium = family.variants().get(1).memoryBytes();
            small = family.variants().get(2).memoryBytes();
        }
        try (ModelFamily family = ModelFamily.open(manifest, new SessionSettings(), medium)) {
            assertThat(family.select(new Budget()).name()).isEqualTo("medium");
            assertThat(family.select(new Budget().withMemoryBytes(small)).name())
                    .isEqualTo("small");
            Scripted machine = new Scripted();
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(10), machine);
            for (int i = 0; i < 50; i++) {
                request(selector, machine);
            }
            assertThat(selector.statistics().byVariant()).containsOnlyKeys("medium");
        }
        try (ModelFamily family = ModelFamily.open(manifest, new SessionSettings(), 10)) {
            String message =
                    manifest + ": no variant has memory <= 10 bytes: the nearest is 'small' with " + small + " bytes";
            assertThatThrownBy(() -> family.select(new Budget())).hasMessage(message);
            assertThatThrownBy(() -> new AdaptiveSelector(family, new AdaptiveSelector.Target(10)))
                    .hasMessage(message);
        }
    }

    /** A machine whose requests take as long as recorded times a load that the test sets, and more where one is loaded first. */
    private static final class Scripted implements Conditions {
        private final List<Double> millis = new ArrayList<>();
        private long now;
        private int reading;
        private double load = 1;
        private double loading;
        private long free = Long.MAX_VALUE;
        private double recorded;

        @Override
        public long freeMemory() {
            return free;
        }

        /** Read when a request comes, when its variant is loaded, and when it is answered. */
        @Override
        public long nanos() {
            double took = List.of(0.0, loading, recorded * load).get(reading);
            if (reading == 2) {
                millis.add(loading + took);
            }
            reading = (reading + 1) % 3;
            now += Math.round(1e6 * took);
            return now;
        }
    }

    private static void request(AdaptiveSelector selector, Scripted machine) {
        machine.recorded = selector.current().latency(1);
        assertThat(selector.run(INPUT).outputs()).hasSize(1);
    }

    /** Target 10 ms: large takes 8 at load 1, 24 at load 3; then medium would take 12 and small takes 3. */
    @Test
    void the_selector_follows_a_scripted_load_without_losing_a_request() throws IOException {
        Scripted machine = new Scripted();
        try (ModelFamily family = ModelFamily.open(manifest)) {
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(10), machine);
            for (int i = 0; i < 50; i++) {
                request(selector, machine);
            }
            assertThat(selector.current().name()).isEqualTo("large");
            machine.load = 3;
            for (int i = 0; i < 50; i++) {
                request(selector, machine);
            }
            assertThat(selector.current().name()).isEqualTo("small");
            machine.load = 1.5;
            for (int i = 0; i < 50; i++) {
                request(selector, machine);
            }
            assertThat(selector.current().name()).isEqualTo("medium");
            machine.load = 0.5;
            for (int i = 0; i < 50; i++) {
                request(selector, machine);
            }
            assertThat(selector.current().name()).isEqualTo("large");
            AdaptiveSelector.Statistics seen = selector.statistics();
            assertThat(seen.requests()).isEqualTo(200);
            assertThat(seen.missed())
                    .isEqualTo(machine.millis.stream().filter(m -> m > 10).count())
                    .isBetween(1L, 6L);
            assertThat(seen.switches()).isBetween(3L, 5L);
            assertThat(seen.byVariant().values().stream().mapToLong(n -> n).sum())
                    .isEqualTo(200);
            assertThat(seen.byVariant()).doesNotContainKey("poor");
        }
    }

    @Test
    void the_selector_takes_a_smaller_variant_where_memory_is_short() throws IOException {
        Scripted machine = new Scripted();
        try (ModelFamily family = ModelFamily.open(manifest)) {
            machine.free = family.variants().get(2).memoryBytes();
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(10), machine);
            request(selector, machine);
            assertThat(selector.statistics().byVariant()).containsOnlyKeys("small");
        }
    }

    /** Loading takes 50 ms: the first answer of large is late, after 58 ms, and the next are in time. */
    @Test
    void what_loading_takes_is_late_but_is_not_learned() throws IOException {
        Scripted machine = new Scripted();
        try (ModelFamily family = ModelFamily.open(manifest)) {
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(10), machine);
            machine.loading = 50;
            request(selector, machine);
            machine.loading = 0;
            for (int i = 0; i < 20; i++) {
                request(selector, machine);
            }
            assertThat(selector.statistics().missed()).isEqualTo(1);
            assertThat(selector.statistics().switches()).isZero();
        }
    }

    /** Activations take 100 bytes. */
    @Test
    void a_loaded_variant_is_left_and_closed_where_memory_gets_short() throws IOException {
        Scripted machine = new Scripted();
        try (ModelFamily family = ModelFamily.open(manifest)) {
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(10), machine);
            request(selector, machine);
            assertThat(selector.current().name()).isEqualTo("large");
            machine.free = 50;
            request(selector, machine);
            assertThat(selector.current().name()).isEqualTo("medium");
            assertThat(family.loadedBytes()).isEqualTo(family.variants().get(1).memoryBytes());
            request(selector, machine);
            assertThat(selector.current().name()).isEqualTo("small");
            assertThat(family.loadedBytes()).isEqualTo(family.variants().get(2).memoryBytes());
            machine.free = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) {
                request(selector, machine);
            }
            assertThat(selector.current().name()).isEqualTo("large");
            assertThat(selector.statistics().requests()).isEqualTo(23);
        }
    }

    /** Zeros pack to next to nothing, but take 4 bytes each where they are used. */
    @Test
    void a_packed_variant_needs_memory_for_what_it_unpacks_to() throws IOException {
        Model model = Zoo.create("mlp-64", 1, 4, 4, 3, 1);
        Map<String, Tensor> zeros = new HashMap<>();
        model.graph().initializers().forEach((name, t) -> zeros.put(name, Tensor.zeros(t.dtype(), t.shape())));
        long weights = zeros.values().stream().mapToLong(Tensor::bytes).sum();
        Path file = folder.resolve("zeros.esp");
        PackedFile.write(
                PackedFile.pack(model.withGraph(model.graph().plusInitializers(zeros)))
                        .bytes(),
                file);
        assertThat(Files.size(file)).isLessThan(weights);
        FamilyManifest.judged(List.of(new Variant(
                        "zeros", Artifact.of(file), 1, 100, OptionalDouble.empty(), Map.of(1, 1.0), Optional.empty())))
                .write(manifest);
        try (ModelFamily family = ModelFamily.open(manifest)) {
            assertThat(family.variants().get(0).memoryBytes()).isEqualTo(weights + 100);
            assertThat(family.run(family.variants().get(0), INPUT)).hasSize(1);
        }
    }

    @Test
    void callers_share_a_selector() throws Exception {
        try (ModelFamily family = ModelFamily.open(manifest)) {
            AdaptiveSelector selector = new AdaptiveSelector(family, new AdaptiveSelector.Target(5));
            ExecutorService pool = Executors.newFixedThreadPool(4);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                calls.add(() -> selector.run(INPUT).outputs().size());
            }
            for (Future<Integer> answer : pool.invokeAll(calls)) {
                assertThat(answer.get()).isEqualTo(1);
            }
            pool.shutdown();
            assertThat(selector.statistics().requests()).isEqualTo(200);
        }
    }
}
