package espalier.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.config.Component;
import espalier.config.Family;
import espalier.graph.Shape;
import espalier.torch.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every distance between a student and a teacher promises. */
class ContractTest {
    private static final int SAMPLES = 6;
    private static final int CLASSES = 5;
    private static final long[] LABELS = {0, 3, 1, 4, 4, 2};
    private static final Map<String, long[]> SHAPES = Map.of(
            "logits", new long[] {SAMPLES, CLASSES},
            "early", new long[] {SAMPLES, 3, 4, 4},
            "late", new long[] {SAMPLES, 4, 2, 2},
            "embedding", new long[] {SAMPLES, 4});

    static Stream<Distillation> losses() {
        return Family.of(Distillation.class).members().stream().map(m -> Component.defaults(m.type()));
    }

    /** A network's values, and the leaves that a gradient to it reaches. */
    private record Network(Views views, List<Tensor> leaves) {
        static Network of(Distillation loss, UnaryOperator<float[]> change, long seed) {
            return loss.differentiates() ? differentiable(change, seed) : given(loss, change, seed);
        }

        private static Network given(Distillation loss, UnaryOperator<float[]> change, long seed) {
            Random random = new Random(seed);
            Map<String, float[]> numbers = new HashMap<>();
            SHAPES.forEach((name, shape) -> numbers.put(name, change.apply(normal(random, shape))));
            Views views = new Seen(numbers, SAMPLES, CLASSES, SHAPES).of(loss, true, LABELS);
            return new Network(views, List.copyOf(views.values().values()));
        }

        /** Scores that follow from an input by a matrix, so that they can be differentiated twice. */
        private static Network differentiable(UnaryOperator<float[]> change, long seed) {
            Tensor input = Seen.tensor(new long[] {SAMPLES, 3}, normal(new Random(7), SAMPLES, 3), true);
            Tensor weight =
                    Seen.tensor(new long[] {3, CLASSES}, change.apply(normal(new Random(seed), 3, CLASSES)), true);
            Views views = new Views(Map.of("logits", input.matmul(weight)), "logits")
                    .withLabels(Tensors.of(espalier.graph.Tensor.longs(Shape.of(SAMPLES), LABELS)))
                    .withInput(input);
            return new Network(views, List.of(weight));
        }

        boolean hasGradient() {
            return leaves.stream().anyMatch(t -> t.grad().defined());
        }
    }

    private static float[] normal(Random random, long... shape) {
        float[] all = new float[Math.toIntExact(Shape.of(shape).elements())];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) random.nextGaussian();
        }
        return all;
    }

    private static double value(Distillation loss, Network student, Network teacher) {
        return loss.loss(student.views(), teacher.views()).item_double();
    }

    private static UnaryOperator<float[]> times(float factor) {
        return numbers -> {
            float[] out = numbers.clone();
            for (int i = 0; i < out.length; i++) {
                out[i] *= factor;
            }
            return out;
        };
    }

    private static UnaryOperator<float[]> constant(float value) {
        return numbers -> {
            float[] out = new float[numbers.length];
            java.util.Arrays.fill(out, value);
            return out;
        };
    }

    @ParameterizedTest
    @MethodSource("losses")
    void is_zero_where_the_student_equals_the_teacher_and_above_elsewhere(Distillation loss) {
        try (PointerScope scope = new PointerScope()) {
            Network teacher = Network.of(loss, times(1), 1);
            assertThat(value(loss, Network.of(loss, times(1), 1), teacher)).isCloseTo(0, within(1e-5));
            assertThat(value(loss, Network.of(loss, times(1), 2), teacher)).isGreaterThan(1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gives_a_gradient_to_the_student_alone(Distillation loss) {
        try (PointerScope scope = new PointerScope()) {
            Network student = Network.of(loss, times(1), 1);
            Network teacher = Network.of(loss, times(1), 2);
            loss.loss(student.views(), teacher.views()).backward();
            assertThat(student.hasGradient()).isTrue();
            assertThat(teacher.hasGradient()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void is_finite_with_finite_gradients_on_extreme_and_on_constant_values(Distillation loss) {
        for (UnaryOperator<float[]> odd : List.of(times(1e4f), constant(0), constant(3))) {
            try (PointerScope scope = new PointerScope()) {
                Network student = Network.of(loss, odd, 1);
                Network teacher = Network.of(loss, times(1), 2);
                Tensor value = loss.loss(student.views(), teacher.views());
                value.backward();
                assertThat(value.item_double()).isFinite();
                for (Tensor leaf : student.leaves()) {
                    if (leaf.grad().defined()) {
                        assertThat(torch.isfinite(leaf.grad()).all().item_bool())
                                .isTrue();
                    }
                }
                assertThat(value(loss, Network.of(loss, times(1), 2), Network.of(loss, odd, 1)))
                        .isFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void has_a_summary_and_a_key_of_its_own_and_says_what_it_needs(Distillation loss) {
        Family.Member<Distillation> member =
                Family.of(Distillation.class).byKey().get(Family.keyOf(loss));
        assertThat(member.summary()).isNotBlank();
        assertThat(member.paper()).matches(".*\\d{4}.*");
        assertThat(loss.fewestSamples()).isBetween(1, 3);
        assertThat(loss.points().chosenByUs()).isTrue();
    }
}
