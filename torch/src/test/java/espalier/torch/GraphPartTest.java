package espalier.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Node;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class GraphPartTest {
    private static final Model DETECTOR = Net.opset(17)
            .input("text", 2, 3)
            .node("x = StringNormalizer(text)")
            .weight("w", 3, 4)
            .node("m = MatMul(x, w)")
            .node("boxes = Relu(m)")
            .node("scores = Sigmoid(m)")
            .constant("most", espalier.graph.Tensor.longs(10))
            .node("kept = NonMaxSuppression(boxes, scores, most)")
            .weight("later", 3, 5)
            .node("y = MatMul(kept, later)")
            .outputs("y", "boxes");

    private static List<String> operators(Model model) {
        return model.graph().nodes().stream().map(Node::opType).toList();
    }

    @Test
    void preparation_becomes_an_input_and_evaluation_is_left_out() {
        Model part = GraphPart.trainable(DETECTOR);
        assertThat(operators(part)).containsExactly("MatMul", "Relu", "Sigmoid");
        assertThat(part.graph().inputs()).extracting(ValueInfo::name).containsExactly("x");
        assertThat(part.graph().outputNames()).containsExactly("boxes", "scores");
        assertThat(part.graph().initializers()).containsOnlyKeys("w");
    }

    @Test
    void what_was_learned_goes_back_into_the_whole() {
        try (Program program = Program.of(GraphPart.trainable(DETECTOR));
                PointerScope scope = new PointerScope();
                AutoGradMode noGrad = new AutoGradMode(false)) {
            assertThat(Tensors.shape(program.run(Map.of("x", torch.ones(2, 3)), Mode.EVAL)
                            .get("scores")))
                    .containsExactly(2, 4);
            program.parameters().get("w").zero_();
            Model trained = program.weightsInto(DETECTOR);
            assertThat(trained.graph().nodes()).isEqualTo(DETECTOR.graph().nodes());
            assertThat(trained.graph().initializers().get("w").toFloats()).containsOnly(0);
            assertThat(trained.graph().initializers().get("later"))
                    .isEqualTo(DETECTOR.graph().initializers().get("later"));
        }
    }

    @Test
    void a_graph_that_can_run_is_its_own_part() {
        Model plain = Net.opset(17).input("x", 2, 3).node("y = Relu(x)").outputs("y");
        assertThat(GraphPart.trainable(plain)).isSameAs(plain);
    }

    @Test
    void a_graph_without_any_part_to_train_is_refused() {
        Model model = Net.opset(17)
                .input("x", 2, 3)
                .node("u = Unique(x)")
                .node("y = Relu(u)")
                .outputs("y");
        assertThatThrownBy(() -> GraphPart.trainable(model))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("cannot run 1 node: Unique (u)");
    }

    @Test
    void a_part_is_cut_out_between_named_values() {
        Model whole = Net.opset(17)
                .input("x", 2, 3)
                .weight("a", 3, 3)
                .weight("b", 3, 3)
                .weight("c", 3, 3)
                .node("h1 = MatMul(x, a)")
                .node("h2 = MatMul(h1, b)")
                .node("h3 = Add(h2, x)")
                .node("y = MatMul(h3, c)")
                .outputs("y");
        Model part = GraphPart.between(whole, List.of("h1"), List.of("h3"));
        assertThat(operators(part)).containsExactly("MatMul", "Add");
        assertThat(part.graph().inputs()).extracting(ValueInfo::name).containsExactly("h1", "x");
        assertThat(part.graph().initializers()).containsOnlyKeys("b");
        assertThatThrownBy(() -> GraphPart.between(whole, List.of("h9"), List.of("y")))
                .isInstanceOf(BadInputException.class)
                .hasMessage("the graph has no value 'h9' to cut it at");
    }
}
