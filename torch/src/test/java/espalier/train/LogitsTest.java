package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.DType;
import espalier.graph.Extra;
import espalier.graph.Graph;
import espalier.graph.Node;
import espalier.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogitsTest {
    private static String of(Node... nodes) {
        ValueInfo x = ValueInfo.of("x", DType.FLOAT);
        ValueInfo y = ValueInfo.of("y", DType.FLOAT);
        return Logits.of(new Graph("g", List.of(nodes), Map.of(), List.of(x), List.of(y), Map.of(), Extra.NONE));
    }

    private static Node node(String operator, String input, String output) {
        return Node.of(operator, List.of(input), output);
    }

    @Test
    void are_the_output_where_no_softmax_makes_it() {
        assertThat(of(node("Relu", "x", "y"))).isEqualTo("y");
        assertThat(of(node("Softmax", "x", "a"), node("Relu", "a", "y"))).isEqualTo("y");
    }

    @Test
    void go_into_the_last_softmax() {
        assertThat(of(node("Relu", "x", "a"), node("Softmax", "a", "y"))).isEqualTo("a");
        assertThat(of(node("Relu", "x", "a"), node("LogSoftmax", "a", "b"), node("Flatten", "b", "y")))
                .isEqualTo("a");
    }
}
