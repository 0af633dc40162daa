package espalier.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SoftTargetsTest {
    private static Views views(boolean learns, float... logits) {
        Tensor t = Tensors.of(espalier.graph.Tensor.floats(Shape.of(logits.length / 2, 2), logits));
        t.set_requires_grad(learns);
        return new Views(Map.of("logits", t), "logits");
    }

    private static double loss(SoftTargets method, Views student, Views teacher) {
        return method.loss(student, teacher).item_double();
    }

    /**
     * T = 2. Teacher (2 ln 3, 0): softmax of (ln 3, 0) is (3/4, 1/4). Student (0, 0): (1/2, 1/2). KL = 3/4 ln(3/2) + 1/4 ln(1/2) =
     * 0.304099 - 0.173287 = 0.130812; times 4.
     */
    @Test
    void matches_an_example_computed_by_hand() {
        try (PointerScope scope = new PointerScope()) {
            float twoLogThree = (float) (2 * Math.log(3));
            double kl = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
            assertThat(loss(new SoftTargets(2), views(true, 0, 0), views(false, twoLogThree, 0)))
                    .isCloseTo(4 * kl, within(1e-6));
            // the second sample agrees with its teacher, so the mean over the batch is half
            assertThat(loss(new SoftTargets(2), views(true, 0, 0, 1, 5), views(false, twoLogThree, 0, 1, 5)))
                    .isCloseTo(2 * kl, within(1e-6));
        }
    }

    /** dL/ds = T (softmax(s/T) - softmax(t/T)), equation 2 of the paper times T^2. */
    @Test
    void gives_only_the_student_a_gradient() {
        try (PointerScope scope = new PointerScope()) {
            Views student = views(true, 0, 0);
            Views teacher = views(true, (float) (2 * Math.log(3)), 0);
            new SoftTargets(2).loss(student, teacher).backward();
            assertThat(Tensors.toHost(student.logits().grad()).toFloats())
                    .containsExactly(new float[] {-0.5f, 0.5f}, within(1e-6f));
            assertThat(teacher.logits().grad().defined()).isFalse();
        }
    }

    @Test
    void is_zero_where_the_student_equals_the_teacher_and_finite_on_extreme_logits() {
        try (PointerScope scope = new PointerScope()) {
            assertThat(loss(new SoftTargets(), views(true, 3, -2), views(false, 3, -2)))
                    .isZero();
            assertThat(loss(new SoftTargets(1), views(true, 1e4f, -1e4f), views(false, -1e4f, 1e4f)))
                    .isEqualTo(2e4, within(1.0));
        }
    }

    @Test
    void needs_a_temperature_above_zero() {
        assertThatThrownBy(() -> new SoftTargets(0)).hasMessage("temperature must be above 0, got 0.0");
    }
}
