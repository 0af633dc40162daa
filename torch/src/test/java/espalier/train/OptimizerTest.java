package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class OptimizerTest {
    private static Tensor matrix(float... values) {
        return Tensors.of(espalier.graph.Tensor.floats(Shape.of(1, values.length), values));
    }

    private static Tensor vector(float... values) {
        return Tensors.of(espalier.graph.Tensor.floats(Shape.of(values.length), values));
    }

    private static float[] values(Tensor t) {
        return Tensors.toHost(t).toFloats();
    }

    /** Some steps of one parameter. */
    private static float[] after(Optimizer optimizer, Tensor parameter, double rate, Tensor... gradients) {
        Map<String, Tensor> slots = new HashMap<>();
        try (AutoGradMode noGrad = new AutoGradMode(false)) {
            for (int i = 0; i < gradients.length; i++) {
                optimizer.update(
                        parameter,
                        gradients[i],
                        slot -> slots.computeIfAbsent(slot, s -> torch.zeros_like(parameter)),
                        rate,
                        i + 1);
            }
        }
        return values(parameter);
    }

    /** p = 1, decay 0.1: g = 2 + 0.1 = 2.1, v = 2.1, p = 1 - 0.5 * 2.1 = -0.05; then g = 2 - 0.005, v = 0.9 * 2.1 + 1.995 = 3.885. */
    @Test
    void sgd_follows_its_velocity() {
        try (PointerScope scope = new PointerScope()) {
            Sgd sgd = new Sgd(0.5, 0.9, false, 0.1);
            assertThat(after(sgd, matrix(1), 0.5, matrix(2))).containsExactly(new float[] {-0.05f}, within(1e-6f));
            assertThat(after(sgd, matrix(1), 0.5, matrix(2), matrix(2)))
                    .containsExactly(new float[] {-0.05f - 0.5f * 3.885f}, within(1e-5f));
        }
    }

    /** g = 2, v = 2, p = 1 - 0.5 (2 + 0.9 * 2) = -0.9. */
    @Test
    void nesterov_looks_ahead() {
        try (PointerScope scope = new PointerScope()) {
            assertThat(after(new Sgd(0.5, 0.9, true, 0), matrix(1), 0.5, matrix(2)))
                    .containsExactly(new float[] {-0.9f}, within(1e-6f));
        }
    }

    /** m' = g and v' = g^2 in the first step, so p = 1 (1 - 0.1 * 0.5) - 0.1 * 2 / (2 + 0) = 0.85. */
    @Test
    void adamw_steps_by_the_learning_rate_at_first() {
        try (PointerScope scope = new PointerScope()) {
            AdamW adamW = new AdamW(0.1, 0.9, 0.999, 1e-12, 0.5);
            assertThat(after(adamW, matrix(1), 0.1, matrix(2))).containsExactly(new float[] {0.85f}, within(1e-6f));
        }
    }

    @Test
    void biases_and_scales_do_not_decay() {
        try (PointerScope scope = new PointerScope()) {
            for (Optimizer optimizer : new Optimizer[] {new Sgd(1, 0.9, true, 0.5), new AdamW()}) {
                assertThat(after(optimizer, vector(1, 2), 1, vector(0, 0))).containsExactly(1, 2);
                assertThat(after(optimizer, matrix(1, 2), 1, matrix(0, 0))[1]).isLessThan(2);
            }
        }
    }

    @Test
    void agree_with_those_of_libtorch() {
        try (PointerScope scope = new PointerScope()) {
            SGDOptions sgd = new SGDOptions(0.05);
            sgd.momentum().put(0.8);
            sgd.weight_decay().put(0.01);
            sgd.nesterov().put(true);
            AdamWOptions adamW = new AdamWOptions(0.05);
            adamW.weight_decay().put(0.02);
            agree(new Sgd(0.05, 0.8, true, 0.01), t -> new SGD(new TensorVector(t), sgd));
            agree(
                    new AdamW(0.05, 0.9, 0.999, 1e-8, 0.02),
                    t -> new org.bytedeco.pytorch.AdamW(new TensorVector(t), adamW));
        }
    }

    private static void agree(
            Optimizer ours, java.util.function.Function<Tensor, org.bytedeco.pytorch.Optimizer> theirs) {
        Random random = new Random(5);
        Tensor a = matrix(1, -2, 3);
        Tensor b = matrix(1, -2, 3).set_requires_grad(true);
        org.bytedeco.pytorch.Optimizer reference = theirs.apply(b);
        Map<String, Tensor> slots = new HashMap<>();
        for (int step = 1; step <= 20; step++) {
            float[] g = {(float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()};
            try (AutoGradMode noGrad = new AutoGradMode(false)) {
                ours.update(
                        a,
                        matrix(g),
                        slot -> slots.computeIfAbsent(slot, s -> torch.zeros_like(a)),
                        ours.learningRate(),
                        step);
            }
            b.mutable_grad().put(matrix(g));
            reference.step();
        }
        assertThat(values(a)).containsExactly(values(b.detach()), within(1e-5f));
    }

    @Test
    void settings_out_of_range_are_refused_by_their_key() {
        assertThatThrownBy(() -> new Sgd(0, 0.9, false, 0)).hasMessage("learning-rate must be above 0, got 0.0");
        assertThatThrownBy(() -> new Sgd(1, 1, false, 0)).hasMessage("momentum must be 0 or more and below 1, got 1.0");
        assertThatThrownBy(() -> new AdamW(1, 0.9, 0.9, 1e-8, -1))
                .hasMessage("weight-decay must be 0 or more, got -1.0");
    }
}
