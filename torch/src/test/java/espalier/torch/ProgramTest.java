package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Attribute;
import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Graph;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.Shape;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ProgramTest {
    private static espalier.graph.Tensor floats(float... values) {
        return espalier.graph.Tensor.floats(Shape.of(values.length), values);
    }

    private static Net linear() {
        return Net.opset(17)
                .input("x", 2, 3)
                .weight("w", 3, 4)
                .weight("b", 4)
                .node("m = MatMul(x, w)")
                .node("h = Add(m, b)")
                .node("y = Relu(h)");
    }

    private static Tensor batch(long... dims) {
        return Tensors.of(Net.normal(new Random(3), 1, dims));
    }

    @Test
    void weights_are_parameters_and_everything_else_is_constant() {
        Model model = Net.opset(17)
                .input("x", 2, 3, 8, 8)
                .constant("mean", espalier.graph.Tensor.floats(Shape.of(1, 3, 1, 1), 0.4f, 0.5f, 0.6f))
                .node("x0 = Sub(x, mean)")
                .weight("w", 4, 3, 3, 3)
                .weight("merged", 4)
                .node("bias = Identity(merged)")
                .node("c = Conv(x0, w, bias)")
                .positive("scale", 4)
                .weight("shift", 4)
                .weight("running_mean", 4)
                .positive("running_var", 4)
                .node("n = BatchNormalization(c, scale, shift, running_mean, running_var)")
                .weight("gamma", 4, 1, 1)
                .node("g = Mul(n, gamma)")
                .constant("half", espalier.graph.Tensor.scalar(0.5f))
                .node("h = Mul(g, half)")
                .constant("mask", espalier.graph.Tensor.floats(Shape.of(1, 4, 1, 1), 0, -1e9f, 0, 0))
                .node("k = Add(h, mask)")
                .constant("shape", espalier.graph.Tensor.longs(0, -1))
                .node("y = Reshape(k, shape)")
                .outputs("y");
        try (Program program = Program.of(model)) {
            assertThat(program.parameters()).containsOnlyKeys("w", "merged", "scale", "shift", "gamma");
            assertThat(program.parameters().values()).allMatch(Tensor::requires_grad);
            assertThat(program.buffers()).containsOnlyKeys("running_mean", "running_var");
            assertThat(program.buffers().values()).noneMatch(Tensor::requires_grad);
        }
    }

    @Test
    void masks_of_two_values_are_constant_but_a_bias_of_two_values_is_not() {
        float[] closedAtTheEnd = new float[2 * 4096];
        java.util.Arrays.fill(closedAtTheEnd, 0.5f);
        closedAtTheEnd[closedAtTheEnd.length - 1] = -1e9f;
        Model model = Net.opset(17)
                .input("x", 2, 2, 4096)
                .weight("w", 4096, 2)
                .node("m = MatMul(x, w)")
                .constant("bias", floats(0, 1))
                .node("a = Add(m, bias)")
                .constant("closed", espalier.graph.Tensor.floats(Shape.of(2, 2), 0, -100, 0, 0))
                .node("b = Add(a, closed)")
                .constant("open", espalier.graph.Tensor.floats(Shape.of(2, 2), 1, 0, 1, 1))
                .node("c = Mul(b, open)")
                .constant("signs", espalier.graph.Tensor.floats(Shape.of(2, 2), 1, -1, 1, 1))
                .node("d = Mul(c, signs)")
                .constant("late", espalier.graph.Tensor.floats(Shape.of(4096, 1, 2), closedAtTheEnd))
                .node("y = Add(d, late)")
                .outputs("y");
        try (Program program = Program.of(model)) {
            assertThat(program.parameters()).containsOnlyKeys("w", "bias", "signs");
        }
    }

    @Test
    void a_bias_of_one_unit_is_learned_though_a_factor_of_one_element_is_not() {
        Model model = Net.opset(17)
                .input("x", 2, 3)
                .weight("w", 3, 1)
                .weight("b", 1)
                .constant("factor", floats(2))
                .node("m = MatMul(x, w)")
                .node("a = Add(m, b)")
                .node("y = Mul(a, factor)")
                .outputs("y");
        try (Program program = Program.of(model)) {
            assertThat(program.parameters()).containsOnlyKeys("w", "b");
        }
    }

    @Test
    void gradients_reach_every_parameter_also_through_identity_and_views() {
        Model model = Net.opset(17)
                .input("x", 2, 3)
                .weight("wt", 4, 3)
                .weight("merged", 4)
                .node("w = Transpose(wt)")
                .node("b = Identity(merged)")
                .node("m = MatMul(x, w)")
                .node("y = Add(m, b)")
                .outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            program.run(Map.of("", batch(5, 3)), Mode.TRAIN).get("y").sum().backward();
            assertThat(program.parameters()).containsOnlyKeys("wt", "merged");
            assertThat(Tensors.toHost(program.parameters().get("merged").grad()).toFloats())
                    .containsExactly(5, 5, 5, 5);
            assertThat(program.parameters().get("wt").grad().defined()).isTrue();
        }
    }

    /** x = (1, 2, 3, 6): mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5. */
    @Test
    void training_normalises_by_the_batch_and_moves_the_running_statistics() {
        Model model = Net.opset(17)
                .input("x", 2, 1, 2)
                .constant("s", floats(2))
                .constant("b", floats(1))
                .constant("mean", floats(10))
                .constant("var", floats(20))
                .node("y = BatchNormalization(x, s, b, mean, var)", "momentum=0.9 epsilon=0.0")
                .outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            Tensor x = Tensors.of(espalier.graph.Tensor.floats(Shape.of(2, 1, 2), 1, 2, 3, 6));
            float[] eval = Tensors.toHost(program.run(Map.of("x", x), Mode.EVAL).get("y"))
                    .toFloats();
            assertThat(eval[0]).isCloseTo((float) (2 * (1 - 10) / Math.sqrt(20) + 1), within(1e-5f));

            Tensor y = program.run(Map.of("x", x), Mode.TRAIN).get("y");
            assertThat(Tensors.toHost(y).toFloats()[3]).isCloseTo((float) (2 * 3 / Math.sqrt(3.5) + 1), within(1e-5f));
            assertThat(program.buffers().get("mean").item_float()).isCloseTo(0.9f * 10 + 0.1f * 3, within(1e-5f));
            assertThat(program.buffers().get("var").item_float()).isCloseTo(0.9f * 20 + 0.1f * 3.5f, within(1e-5f));
            y.sum().backward();
        }
    }

    /** Of 1 and 3 the mean is 2 and the variance 1; ONNX Runtime gives the same. */
    @Test
    void batch_norm_with_its_statistics_as_outputs_trains_before_opset_14() {
        Model model = Net.opset(9)
                .input("x", 2, 1)
                .constant("s", floats(1))
                .constant("b", floats(0))
                .constant("mean", floats(10))
                .constant("var", floats(20))
                .node("y, m, v, sm, sv = BatchNormalization(x, s, b, mean, var)", "epsilon=0.0")
                .outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            Tensor x = Tensors.of(espalier.graph.Tensor.floats(Shape.of(2, 1), 1, 3));
            float[] y = Tensors.toHost(program.run(Map.of("x", x), Mode.EVAL).get("y"))
                    .toFloats();
            assertThat(y[0]).isCloseTo(-1, within(1e-5f));
            assertThat(y[1]).isCloseTo(1, within(1e-5f));
        }
    }

    @Test
    void dropout_is_active_in_training_alone() {
        Model model = Net.opset(17)
                .input("x", 1, 1000)
                .constant("ratio", espalier.graph.Tensor.scalar(0.25f))
                .node("y = Dropout(x, ratio)")
                .outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            torch.manual_seed(1);
            Tensor x = torch.ones(1, 1000);
            assertThat(zeros(program.run(Map.of("x", x), Mode.EVAL).get("y"))).isZero();
            assertThat(zeros(program.run(Map.of("x", x), Mode.TRAIN).get("y"))).isBetween(180, 320);
        }
    }

    private static int zeros(Tensor t) {
        int n = 0;
        for (float v : Tensors.toHost(t).toFloats()) {
            n += v == 0 ? 1 : 0;
        }
        return n;
    }

    @Test
    void any_value_can_be_tapped() {
        try (Program program = Program.of(linear().outputs("y"));
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> out = program.run(Map.of("x", batch(2, 3)), Mode.EVAL, List.of("m", "x", "b"));
            assertThat(out).containsOnlyKeys("y", "m", "x", "b");
            espalier.graph.Tensor m = Tensors.toHost(out.get("m"));
            espalier.graph.Tensor b = Tensors.toHost(out.get("b"));
            espalier.graph.Tensor y = Tensors.toHost(out.get("y"));
            for (int i = 0; i < 8; i++) {
                assertThat(y.doubleAt(i)).isCloseTo(Math.max(0, m.doubleAt(i) + b.doubleAt(i % 4)), within(1e-6));
            }
        }
        try (Program program = Program.of(linear().outputs("y"))) {
            assertThatThrownBy(() -> program.run(Map.of("x", batch(2, 3)), Mode.EVAL, List.of("nothing")))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("the graph has no value 'nothing' to tap");
        }
    }

    /** Tapped values are not overwritten in place, so a run with taps is the reference for one without. */
    @Test
    void overwriting_what_is_spent_changes_neither_results_nor_gradients() {
        Model model = Zoo.create("resnet8", 3, 8, 8, 4, 1);
        String output = model.graph().outputNames().get(0);
        List<String> everything = new ArrayList<>();
        model.graph().nodes().forEach(n -> everything.addAll(n.outputs()));
        try (Program program = Program.of(model, Precision.DOUBLE);
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> in = Map.of("", batch(4, 3, 8, 8));
            Map<String, Tensor> tapped = program.run(in, Mode.TRAIN, everything);
            tapped.get(output).sum().backward();
            Map<String, espalier.graph.Tensor> expected = new LinkedHashMap<>();
            program.parameters().forEach((name, p) -> {
                expected.put(name, Tensors.toHost(p.grad()));
                p.grad().zero_();
            });
            Tensor y = program.run(in, Mode.TRAIN).get(output);
            assertThat(Tensors.toHost(y)).isEqualTo(Tensors.toHost(tapped.get(output)));
            y.sum().backward();
            program.parameters()
                    .forEach((name, p) ->
                            assertThat(Tensors.toHost(p.grad())).as(name).isEqualTo(expected.get(name)));
            assertThat(tapped.values()).anyMatch(t -> Tensors.toHost(t).doubleAt(0) < 0);
        }
    }

    @Test
    void what_was_tapped_or_returned_lives_as_long_as_the_scope_around_the_run_and_weights_longer() {
        try (Program program = Program.of(linear().outputs("y"))) {
            for (int i = 0; i < 3; i++) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor x = batch(2, 3);
                    Map<String, Tensor> out = program.run(Map.of("x", x), Mode.EVAL, List.of("x", "w"));
                    assertThat(Tensors.toHost(out.get("w")).shape()).isEqualTo(Shape.of(3, 4));
                    assertThat(Tensors.toHost(x)).isEqualTo(Tensors.toHost(out.get("x")));
                }
            }
            assertThat(Tensors.toHost(program.parameters().get("w")).elements()).isEqualTo(12);
        }
    }

    @Test
    void every_batch_size_and_input_shape_gets_its_own_plan() {
        Model model = Net.opset(17)
                .input("x", 2, 3, 8, 8)
                .weight("w", 4, 3, 3, 3)
                .node("c = Conv(x, w)", "auto_pad=SAME_UPPER strides=2,2")
                .node("y = Flatten(c)")
                .outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            for (long n : new long[] {1, 5, 1, 2}) {
                assertThat(Tensors.shape(program.run(Map.of("x", batch(n, 3, 8, 8)), Mode.EVAL)
                                .get("y")))
                        .containsExactly(n, 64);
            }
            assertThat(Tensors.shape(program.run(Map.of("x", batch(2, 3, 7, 9)), Mode.EVAL)
                            .get("y")))
                    .containsExactly(2, 80);
        }
    }

    @Test
    void unsupported_operators_are_named_all_at_once() {
        Model model = Net.opset(17)
                .input("x", 2, 3)
                .node("a = Unique(x)")
                .node("b = Relu(x)")
                .node("c = NonMaxSuppression(b, x)")
                .node("d = Unique(c)")
                .outputs("d");
        assertThatThrownBy(() -> Program.of(model))
                .isInstanceOf(BadInputException.class)
                .hasMessage("cannot run 3 nodes: Unique (a, d), NonMaxSuppression (c): "
                        + "train the part of the graph before or behind them");
    }

    @Test
    void wrong_inputs_are_refused() {
        try (Program program = Program.of(linear().outputs("y"));
                PointerScope scope = new PointerScope()) {
            assertThatThrownBy(() -> program.run(Map.of(), Mode.EVAL))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("input 'x' of the graph is not given");
            assertThatThrownBy(() -> program.run(Map.of("x", batch(2, 3), "z", batch(1)), Mode.EVAL))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("the graph has no input 'z': its inputs are [x]");
            assertThatThrownBy(() -> program.run(Map.of("x", batch(2, 5)), Mode.EVAL))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith("MatMul(m): ");
        }
    }

    @Test
    void a_parametrized_weight_is_seen_changed_and_its_gradient_flows_to_the_raw_one() {
        Model model = linear().outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            Tensor mask = Tensors.of(espalier.graph.Tensor.floats(Shape.of(3, 4), 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1));
            program.parametrize("w", w -> w.mul(mask));
            Map<String, Tensor> out = program.run(Map.of("x", batch(2, 3)), Mode.TRAIN, List.of("m"));
            espalier.graph.Tensor m = Tensors.toHost(out.get("m"));
            assertThat(m.doubleAt(0)).isZero();
            assertThat(m.doubleAt(1)).isNotZero();
            out.get("m").sum().backward();
            espalier.graph.Tensor gradient =
                    Tensors.toHost(program.parameters().get("w").grad());
            assertThat(gradient.doubleAt(0)).isZero();
            assertThat(gradient.doubleAt(1)).isNotZero();
            assertThat(program.weightsInto(model)
                            .graph()
                            .initializers()
                            .get("w")
                            .doubleAt(4))
                    .isZero();
            assertThatThrownBy(() -> program.parametrize("x", w -> w)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void untouched_weights_go_back_bit_by_bit_in_their_place_and_type() {
        espalier.graph.Tensor half =
                espalier.graph.Tensor.of(DType.FLOAT16, Shape.of(2, 4), java.nio.ByteBuffer.wrap(new byte[] {
                    0, 60, 0, 64, 1, 60, 7, 49, 0, 0, 5, 65, 9, 30, 0, -60
                }));
        Model model = Net.opset(17)
                .input("x", 2, 3, 5, 5)
                .weight("conv", 4, 3, 3, 3)
                .node("c = Conv(x, conv)", "pads=1,1,1,1")
                .node("f = Flatten(c)")
                .weight("w", 100, 4)
                .node("m = MatMul(f, w)")
                .constant("h", half)
                .node("y = Gemm(m, h)", "transB=1")
                .outputs("y");
        try (Program program = Program.of(model)) {
            assertThat(program.parameters()).containsOnlyKeys("conv", "w", "h");
            assertThat(program.weightsInto(model)).isEqualTo(model);
        }
    }

    @Test
    void weights_in_constant_nodes_are_learned_and_put_back() {
        Net net = Net.opset(17).input("x", 2, 3).node("y = MatMul(x, w)");
        Model bare = net.outputs("y");
        List<Node> nodes = new ArrayList<>(bare.graph().nodes());
        nodes.add(
                0,
                Node.of(
                        "Constant",
                        List.of(),
                        List.of("w"),
                        Map.of("value", Attribute.of(Net.normal(new Random(1), 1, 3, 2)))));
        Model model = bare.withGraph(bare.graph().withNodes(nodes));
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            assertThat(program.parameters()).containsOnlyKeys("w");
            program.parameters().get("w").zero_();
            assertThat(zeros(program.run(Map.of("x", batch(2, 3)), Mode.EVAL).get("y")))
                    .isEqualTo(4);
            Graph trained = program.weightsInto(model).graph();
            assertThat(trained.constant("w").orElseThrow().toFloats()).containsOnly(0);
            assertThat(trained.initializers()).isEmpty();
        }
    }

    @Test
    void a_residual_network_learns_a_batch_by_heart() {
        try (Program program = Program.of(Zoo.create("resnet8", 3, 8, 8, 4, 1))) {
            String output = program.model().graph().outputNames().get(0);
            Threads.set(1);
            List<Float> losses = new ArrayList<>();
            try (PointerScope outer = new PointerScope()) {
                Tensor x = batch(8, 3, 8, 8);
                Tensor labels = Tensors.of(espalier.graph.Tensor.longs(0, 1, 2, 3, 3, 2, 1, 0));
                for (int step = 0; step < 15; step++) {
                    try (PointerScope scope = new PointerScope()) {
                        Tensor loss = torch.cross_entropy_loss(
                                program.run(Map.of("", x), Mode.TRAIN).get(output), labels);
                        losses.add(loss.item_float());
                        loss.backward();
                        descend(program);
                    }
                }
            }
            assertThat(losses.get(14)).isLessThan(0.3f * losses.get(0));
        }
    }

    private static void descend(Program program) {
        try (AutoGradMode noGrad = new AutoGradMode(false)) {
            Scalar rate = new Scalar(-0.1);
            for (Tensor p : program.parameters().values()) {
                p.add_(p.grad(), rate);
                p.grad().zero_();
            }
        }
    }

    /** 64 layers of 16 MB each. */
    @Test
    void without_gradients_a_value_is_freed_after_its_last_use() throws IOException {
        Net net = Net.opset(17).input("x", 1, 4 << 20);
        String last = "x";
        for (int i = 0; i < 64; i++) {
            net.node("v" + i + " = Sigmoid(" + last + ")");
            last = "v" + i;
        }
        try (Program program =
                        Program.of(net.node("y = ReduceMax(" + last + ")").outputs("y"));
                PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            Tensor x = torch.zeros(1, 4 << 20);
            long before = peakKilobytes();
            assertThat(program.run(Map.of("x", x), Mode.EVAL).get("y").item_float())
                    .isPositive();
            assertThat(peakKilobytes() - before).isLessThan(200_000);
        }
    }

    private static long peakKilobytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(status));
        return Files.readAllLines(status).stream()
                .filter(l -> l.startsWith("VmHWM"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thousands_of_steps_leave_no_memory_behind() throws IOException {
        Model model = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        String output = model.graph().outputNames().get(0);
        try (Program program = Program.of(model)) {
            Threads.set(1);
            steps(program, output, 100);
            long before = residentPages();
            steps(program, output, 1000);
            assertThat((residentPages() - before) * 4096L).isLessThan(20L << 20);
        }
    }

    private static void steps(Program program, String output, int steps) {
        for (int i = 0; i < steps; i++) {
            try (PointerScope scope = new PointerScope()) {
                program.run(Map.of("", torch.ones(2, 1, 28, 28)), Mode.TRAIN)
                        .get(output)
                        .sum()
                        .backward();
                descend(program);
            }
        }
    }

    private static long residentPages() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(statm));
        return Long.parseLong(Files.readString(statm).split(" ")[1]);
    }

    @Test
    void bfloat16_is_close_to_single_precision_and_keeps_its_weights_single() {
        Model model = Zoo.create("resnet8", 3, 8, 8, 4, 1);
        String output = model.graph().outputNames().get(0);
        try (Program single = Program.of(model);
                Program half = Program.of(model, Precision.BF16);
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> in = Map.of("", batch(4, 3, 8, 8));
            espalier.graph.Tensor expected =
                    Tensors.toHost(single.run(in, Mode.EVAL).get(output));
            Tensor y = half.run(in, Mode.EVAL).get(output);
            espalier.graph.Tensor actual = Tensors.toHost(y);
            assertThat(actual.dtype()).isEqualTo(DType.FLOAT);
            assertThat(actual).isNotEqualTo(expected);
            for (int i = 0; i < expected.elements(); i++) {
                assertThat(actual.doubleAt(i)).isCloseTo(expected.doubleAt(i), within(0.1));
            }
            y.sum().backward();
            assertThat(half.parameters().values())
                    .allMatch(p -> p.grad().scalar_type().intern() == torch.ScalarType.Float);
        }
    }

    @Test
    void double_precision_computes_in_doubles() {
        try (Program program = Program.of(linear().outputs("y"), Precision.DOUBLE);
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> out = program.run(Map.of("x", batch(2, 3)), Mode.EVAL);
            assertThat(Tensors.toHost(out.get("y")).dtype()).isEqualTo(DType.DOUBLE);
        }
    }

    @Test
    void inputs_that_give_shapes_may_change_between_runs() {
        Model model = Net.opset(17)
                .input("x", 2, 6)
                .input("shape", DType.INT64, 2)
                .node("y = Reshape(x, shape)")
                .outputs("y");
        try (Program program = Program.of(model);
                PointerScope scope = new PointerScope()) {
            for (long[] shape : new long[][] {{3, 4}, {4, 3}, {12, 1}}) {
                Map<String, Tensor> in = new LinkedHashMap<>();
                in.put("x", batch(2, 6));
                in.put("shape", Tensors.of(espalier.graph.Tensor.longs(shape)));
                assertThat(Tensors.shape(program.run(in, Mode.EVAL).get("y"))).containsExactly(shape);
            }
        }
    }
}
