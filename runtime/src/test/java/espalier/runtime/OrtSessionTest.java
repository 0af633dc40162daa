package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrtSessionTest {
    private static final int FLOAT = DType.FLOAT.code();

    @Test
    void adds_two_vectors() {
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Add", FLOAT, FLOAT, "a", "b"), 2)) {
            Map<String, Tensor> y =
                    s.run(Map.of("a", Tensor.floats(Shape.of(2), 1, 2), "b", Tensor.floats(Shape.of(2), 10, 20)));
            assertThat(y).containsExactly(Map.entry("y", Tensor.floats(Shape.of(2), 11, 22)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "INT8", "INT16", "INT32", "INT64", "UINT8", "BOOL"})
    void carries_every_type_there_and_back(DType type) {
        Tensor zeros = Tensor.zeros(type, Shape.of(3));
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Identity", type.code(), type.code(), "x"), 1)) {
            assertThat(s.run(Map.of("x", zeros))).containsExactly(Map.entry("y", zeros));
        }
    }

    @Test
    void carries_strings() {
        Tensor words = Tensor.ofStrings(Shape.of(2), List.of(utf8("pear"), utf8("Spalierobst ä")));
        int type = DType.STRING.code();
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Identity", type, type, "x"), 1)) {
            assertThat(s.run(Map.of("x", words))).containsExactly(Map.entry("y", words));
        }
    }

    @Test
    void carries_tensors_without_elements() {
        Tensor none = Tensor.floats(Shape.of(0));
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Relu", FLOAT, FLOAT, "x"), 1)) {
            assertThat(s.run(Map.of("x", none))).containsExactly(Map.entry("y", none));
        }
    }

    @Test
    void says_which_types_it_cannot_take() {
        int wide = DType.UINT32.code();
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Identity", wide, wide, "x"), 1)) {
            assertThatThrownBy(() -> s.run(Map.of("x", Tensor.zeros(DType.UINT32, Shape.of(1)))))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("input 'x' is uint32, which ONNX Runtime does not take from Java: "
                            + "give the model another input type");
        }
    }

    @Test
    void says_in_one_line_why_a_model_does_not_load() {
        assertThatThrownBy(() -> OrtSession.of(SmallModels.oneNode("Wonder", FLOAT, FLOAT, "x"), 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("model: ONNX Runtime cannot load it: ")
                .hasMessageContaining("Wonder")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void names_the_inputs_there_are() {
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Relu", FLOAT, FLOAT, "x"), 1)) {
            assertThatThrownBy(() -> s.run(Map.of("data", Tensor.scalar(1f))))
                    .hasMessage("model: has no input 'data'; its inputs are [x]");
            assertThatThrownBy(() -> s.run(Map.of())).hasMessage("model: needs input 'x', which was not given");
        }
    }

    @Test
    void refuses_an_input_of_another_type() {
        try (OrtSession s = OrtSession.of(SmallModels.oneNode("Relu", FLOAT, FLOAT, "x"), 1)) {
            assertThatThrownBy(() -> s.run(Map.of("x", Tensor.longs(1, 2))))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith("model: ONNX Runtime cannot run it: ")
                    .hasMessageContaining("int64");
        }
    }

    @Test
    void writes_the_graph_it_will_run(@TempDir Path folder) {
        Path file = folder.resolve("optimized.onnx");
        byte[] model = SmallModels.oneNode("Relu", FLOAT, FLOAT, "x");
        OrtSession.of(model, new SessionSettings().withOptimizedGraph(file)).close();
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void loads_a_file_and_calls_it_by_its_name(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("relu.onnx"), SmallModels.oneNode("Relu", FLOAT, FLOAT, "x"));
        try (OrtSession s = OrtSession.of(file, 1)) {
            assertThat(s.name()).isEqualTo(file.toString());
            assertThat(s.inputs()).containsExactly("x");
            assertThat(s.outputs()).containsExactly("y");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
