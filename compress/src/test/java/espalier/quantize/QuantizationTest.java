package espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.config.Binder;
import espalier.graph.Model;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.recipe.Yaml;
import espalier.runtime.OptimizedGraph;
import espalier.work.Outcome;
import espalier.work.Workbench;
import espalier.zoo.Zoo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QuantizationTest {
    private static final Noise IMAGES = Noise.of(96, 3, 16, 16);

    private static Quantize settings(String yaml) {
        return Binder.record(new Quantize(), Yaml.parse(yaml, "test"));
    }

    private static Model resnet() {
        return Trained.like(Zoo.create("resnet8", 3, 16, 16, 10, 1), 2);
    }

    private static Map<String, Integer> operators(Model model) {
        Map<String, Integer> counts = new TreeMap<>();
        OptimizedGraph.of(espalier.onnx.OnnxFile.bytes(model))
                .graph()
                .nodes()
                .forEach(n -> counts.merge(n.opType(), 1, Integer::sum));
        return counts;
    }

    @Test
    void a_residual_network_runs_without_a_float_convolution() {
        Model model = resnet();
        Workbench bench = Benches.of(model, IMAGES, OrtJudge.fast());
        Outcome made = Quantization.run(new Quantize(), model, bench);
        assertThat(operators(made.model()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "QuantizeLinear", 1,
                        "QLinearConv", 9,
                        "QLinearAdd", 3,
                        "QLinearGlobalAveragePool", 1,
                        "Flatten", 1,
                        "QGemm", 1));
        assertThat(made.notes()).anyMatch(n -> n.startsWith("10 of 10 layers compute on whole numbers"));
        assertThat(Benches.signalToNoise(model, made.model(), bench)).isGreaterThan(25);
    }

    @Test
    void eight_bits_are_closer_than_seven() {
        Model model = resnet();
        Workbench bench = Benches.of(model, IMAGES, OrtJudge.fast());
        double seven = Benches.signalToNoise(model, Quantization.run(settings("{correct: false}"), model, bench).model(), bench);
        double eight = Benches.signalToNoise(
                model, Quantization.run(settings("{correct: false, target: vnni}"), model, bench).model(), bench);
        assertThat(seven).isGreaterThan(20);
        System.err.println("seven " + seven + " eight " + eight);
        for (String range : new String[] {"min-max", "percentile", "entropy", "mse"}) {
            for (String more : new String[] {"", ", correct: false", ", equalize: true"}) {
                Model q = Quantization.run(settings("{range: " + range + more + "}"), model, bench).model();
                System.err.println(range + more + " " + Benches.signalToNoise(model, q, bench));
            }
        }
    }

    @Test
    void lenet_runs_on_whole_numbers_from_end_to_end() {
        Model model = Zoo.create("lenet5", 1, 28, 28, 10, 1);
        Workbench bench = Benches.of(model, Noise.of(96, 1, 28, 28), OrtJudge.fast());
        Model made = Quantization.run(new Quantize(), model, bench).model();
        System.err.println(operators(made));
        assertThat(Benches.signalToNoise(model, made, bench)).isGreaterThan(25);
    }
}
