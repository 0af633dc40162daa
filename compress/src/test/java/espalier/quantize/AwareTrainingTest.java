package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.calibrate.Activations;
import espalier.calibrate.Noise;
import espalier.config.Binder;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.recipe.Yaml;
import espalier.torch.Program;
import espalier.torch.Tensors;
import espalier.train.Optimizer;
import espalier.work.OrtJudge;
import espalier.work.Outcome;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwareTrainingTest {
    private static final Noise IMAGES = Noise.of(32, 3, 8, 8);

    @TempDir
    Path folder;

    private static Quantize settings(String yaml) {
        return Binder.record(new Quantize(), Yaml.parse(yaml, "test"));
    }

    private static Model resnet() {
        return Trained.like(Zoo.create("resnet8", 3, 8, 8, 10, 1), 2);
    }

    private Workbench bench(Model model) {
        return Benches.of(model, IMAGES, OrtJudge.fast(), folder.resolve("t.ckpt"));
    }

    private static String aware(String method) {
        return "{measured: false, aware: {" + method + ": {%sretrain: {epochs: 2, batch: 16, learning-rate: 0.001}}}}";
    }

    @Test
    void a_network_learns_what_its_grids_took() {
        Model model = resnet();
        Workbench bench = bench(model);
        double before = Benches.signalToNoise(
                model,
                Quantization.run(settings("{measured: false, correct: false}"), model, bench)
                        .model(),
                bench);
        for (String method : new String[] {"qat", "lsq"}) {
            Outcome made = Quantization.run(
                    settings(String.format(aware(method), "")),
                    model,
                    bench(model).part(method));
            assertThat(made.notes()).as(method).anyMatch(n -> n.startsWith("10 of 10 layers compute on whole numbers"));
            assertThat(Benches.signalToNoise(model, made.model(), bench))
                    .as(method)
                    .isGreaterThan(before);
        }
    }

    /** Weights that lie on their grids already, so that only activations differ. */
    @Test
    void training_sees_what_the_quantized_network_computes() {
        Model raw = new espalier.pass.FoldBatchNorm().apply(resnet());
        Placement placement = Placement.of(raw.graph(), n -> java.util.Optional.empty());
        Map<String, Tensor> onGrids = new LinkedHashMap<>();
        for (Weighted l : placement.layers()) {
            Tensor w = l.weight(raw.graph());
            Signed s = Signed.of(w, l.axis(), 64, new float[0], 1);
            long[] q = s.numbers().toLongs();
            float[] v = new float[q.length];
            int perChannel = v.length / s.scales().length;
            for (int i = 0; i < v.length; i++) {
                v[i] = q[i] * s.scales()[i / perChannel];
            }
            onGrids.put(l.node().input(1), Tensor.floats(w.shape(), v));
        }
        Model model = raw.withGraph(raw.graph().plusInitializers(onGrids));
        Map<String, Grid> grids = new LinkedHashMap<>();
        placement.values().forEach(v -> grids.put(v, Grid.unsigned(new Interval(-3, 5))));
        Model faked = AwareTraining.faked(model, placement, grids, new LinkedHashMap<>());
        Workbench bench = bench(model);
        float[] whole = Benches.outputs(WholeNumbers.of(model, placement, grids, 64), bench)
                .values()
                .iterator()
                .next()
                .toFloats();
        float[] seen;
        String output = model.graph().outputNames().get(0);
        try (Activations program = Activations.of(faked, java.util.List.of(output));
                PointerScope scope = new PointerScope()) {
            seen = Tensors.toHost(java.util.Objects.requireNonNull(
                            program.run(bench.calibration(model, 32).batch(0, 0))
                                    .get(output)))
                    .toFloats();
        }
        double apart = 0;
        double size = 0;
        for (int i = 0; i < whole.length; i++) {
            apart += Math.abs(whole[i] - seen[i]);
            size += Math.abs(whole[i]);
        }
        // biases are rounded in the quantized network, which moves a value over the middle between two numbers now and
        // then
        assertThat(apart / size).isLessThan(0.02);
    }

    @Test
    void what_was_zero_stays_zero() {
        Model dense = resnet();
        Map<String, Tensor> halved = new LinkedHashMap<>();
        dense.graph().initializers().forEach((name, t) -> {
            if (t.shape().rank() == 4) {
                float[] w = t.toFloats();
                for (int i = 0; i < w.length; i += 2) {
                    w[i] = 0;
                }
                halved.put(name, Tensor.floats(t.shape(), w));
            }
        });
        Model model = dense.withGraph(dense.graph().plusInitializers(halved));
        Model made = Quantization.run(
                        settings(String.format(aware("lsq"), "weight-bits: 4, activation-bits: 4, ")),
                        model,
                        bench(model))
                .model();
        int checked = 0;
        for (var e : made.graph().initializers().entrySet()) {
            if (e.getKey().endsWith(".quantized") && e.getValue().shape().rank() == 4) {
                long[] q = e.getValue().toLongs();
                boolean edge = e.getValue().shape().dim(1) == 3;
                for (int i = 0; i < q.length; i++) {
                    assertThat(i % 2 == 1 || q[i] == 0).isTrue();
                    assertThat(q[i]).isBetween(edge ? -64L : -8L, edge ? 64L : 7L);
                }
                checked++;
            }
        }
        assertThat(checked).isEqualTo(9);
    }

    /** Steps are learned on both sides of what the clip lets through. */
    /** A layer that stays a float is trained too, and was pruned as well. */
    @Test
    void what_was_zero_in_a_layer_that_stays_a_float_stays_zero() {
        Model dense = resnet();
        String name = dense.graph().initializers().keySet().stream()
                .filter(n -> dense.graph().initializers().get(n).shape().rank() == 4)
                .skip(1)
                .findFirst()
                .orElseThrow();
        Tensor t = dense.graph().initializers().get(name);
        float[] w = t.toFloats();
        for (int i = 0; i < w.length; i += 2) {
            w[i] = 0;
        }
        Model model = dense.withGraph(dense.graph().plusInitializers(Map.of(name, Tensor.floats(t.shape(), w))));
        Outcome made = Quantization.run(
                settings(String.format(aware("qat"), "").replace("{measured", "{exclude: " + name + ", measured")),
                model,
                bench(model));
        float[] now = made.model().graph().constant(name).orElseThrow().toFloats();
        assertThat(now).isNotEqualTo(w);
        for (int i = 0; i < now.length; i += 2) {
            assertThat(now[i]).isZero();
        }
        assertThat(made.notes()).anyMatch(n -> n.startsWith("kept in training: the zeros of "));
    }

    /** Of a channel whose weights are zero the step is next to nothing, but the bias has to fit into 32 bits at it. */
    @Test
    void a_channel_without_weights_keeps_its_bias() {
        Signed none =
                new Signed(Tensor.floats(espalier.graph.Shape.of(2, 1), 0, 1), 0, new float[] {1e-8f, 0.01f}, -64, 64);
        float[] bias = {3, -2};
        double input = 0.01;
        Signed roomy = none.withRoomFor(bias, input);
        assertThat(roomy.scales()[1]).isEqualTo(0.01f);
        float[] products = {(float) (roomy.scales()[0] * input), (float) (roomy.scales()[1] * input)};
        long[] whole = Signed.bias(bias, products).toLongs();
        assertThat(whole[0] * (double) products[0]).isCloseTo(3, org.assertj.core.api.Assertions.within(1e-6));
        assertThat(whole[1] * (double) products[1]).isCloseTo(-2, org.assertj.core.api.Assertions.within(1e-4));
    }

    @Test
    void a_clipped_convolution_stays_in_whole_numbers() {
        Model model = QuantizationTest.mobile(0.5);
        Noise images = Noise.of(32, 3, 16, 16);
        for (String method : new String[] {"qat", "lsq"}) {
            String yaml =
                    "{measured: false, aware: {" + method + ": {retrain: {epochs: 2, batch: 8, learning-rate: 0.01}}}}";
            Outcome made = Quantization.run(
                    settings(yaml),
                    model,
                    Benches.of(model, images, OrtJudge.fast(), folder.resolve(method + ".ckpt")));
            assertThat(QuantizationTest.operators(made.model()))
                    .as(method)
                    .containsEntry("QLinearConv", 3)
                    .doesNotContainKeys("Conv", "FusedConv", "Clip");
        }
    }

    @Test
    void learned_steps_have_no_weight_decay() {
        Model model = new espalier.pass.FoldBatchNorm().apply(resnet());
        List<Weighted> layers =
                Placement.of(model.graph(), n -> Optional.empty()).layers();
        Map<String, Bits> bits = new LinkedHashMap<>();
        layers.forEach(l -> bits.put(l.node().input(1), Bits.bytes(Target.ANY)));
        try (Program program = Program.of(model)) {
            new Steps(model, layers, bits, Map.of(), Map.of(), true).prepare(program);
            for (Weighted l : layers) {
                String w = l.node().input(1);
                assertThat(Optimizer.decayOf(
                                Objects.requireNonNull(program.parameters().get(w)), 0.1))
                        .isEqualTo(0.1);
                assertThat(Optimizer.decayOf(
                                Objects.requireNonNull(program.parameters().get(w + ".step")), 0.1))
                        .isZero();
            }
        }
    }

    @Test
    void bits_out_of_range_are_told_in_one_line() {
        assertThatThrownBy(() -> settings("{aware: {lsq: {weight-bits: 1}}}"))
                .hasMessage("test:1:16: weight-bits must be from 2 to 8, got 1");
        assertThatThrownBy(() -> settings("{mode: dynamic, aware: qat}"))
                .hasMessageEndingWith("aware qat needs grids that are known before: take mode static");
        assertThatThrownBy(() -> settings("{max-drop: 1%, aware: qat}"))
                .hasMessageEndingWith("max-drop and aware qat cannot go together: leave one of them out");
        assertThatThrownBy(() -> settings("{mode: dynamic, max-drop: 1%}"))
                .hasMessageEndingWith("max-drop is for mode static: leave it out");
        assertThatThrownBy(() -> settings("{mode: dynamic, range: mse}"))
                .hasMessageEndingWith("range is for mode static: leave it out");
        assertThatThrownBy(() -> settings("{mode: dynamic, equalize: true}"))
                .hasMessageEndingWith("equalize is for mode static: leave it out");
    }
}
