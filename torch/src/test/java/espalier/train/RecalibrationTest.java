package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.onnx.OnnxText;
import espalier.torch.Mode;
import espalier.torch.Program;
import espalier.torch.Tensors;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.junit.jupiter.api.Test;

class RecalibrationTest {
    private static final Model NORM = OnnxText.parse("""
            <ir_version: 8, opset_import: ["" : 17]>
            norm (float[N,1] x) => (float[N,1] y)
            <float[1] scale = {1}, float[1] bias = {0}, float[1] mean = {50}, float[1] variance = {70}> {
              y = BatchNormalization <momentum = 0.99> (x, scale, bias, mean, variance)
            }
            """);

    private static final float[][] BATCHES = {{1, 3}, {4, 10}};

    private static float running(Program program, String name) {
        return Tensors.toHost(program.buffers().get(name)).toFloats()[0];
    }

    /** Means 2 and 7, variances 1 and 9: 4.5 and 5, whatever stood there and however slowly it moves. */
    @Test
    void every_batch_counts_alike_and_nothing_else_does() {
        try (Program program = Program.of(NORM);
                AutoGradMode noGrad = new AutoGradMode(false);
                PointerScope scope = new PointerScope()) {
            new Recalibration(program)
                    .over(
                            2,
                            i -> program.run(
                                    Map.of("x", Tensors.of(espalier.graph.Tensor.floats(Shape.of(2, 1), BATCHES[i]))),
                                    Mode.TRAIN));
            assertThat(running(program, "mean")).isCloseTo(4.5f, within(1e-4f));
            assertThat(running(program, "variance")).isCloseTo(5, within(1e-4f));
        }
    }
}
