package espalier.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Shape;
import espalier.torch.Tensors;
import espalier.train.StepViews;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One example for each loss, worked by hand; soft targets have a test of their own. */
class WorkedExamplesTest {
    private PointerScope scope = new PointerScope();

    @BeforeEach
    void open() {
        scope = new PointerScope();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Tensor tensor(long[] shape, double... numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return Seen.tensor(shape, floats, false);
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    /** Views whose features are these tensors, and whose scores are the first of them. */
    private static Views views(Tensor... features) {
        Map<String, Tensor> values = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Tensor f : features) {
            names.add("v" + names.size());
            values.put(names.get(names.size() - 1), f);
        }
        return new Views(values, "v0").withFeatures(names);
    }

    private static Views rows(int samples, double... numbers) {
        return views(tensor(shape(samples, numbers.length / samples), numbers));
    }

    private static Views labelled(Views views, long... labels) {
        return views.withLabels(Tensors.of(espalier.graph.Tensor.longs(Shape.of(labels.length), labels)));
    }

    private static void check(Distillation loss, Views student, Views teacher, double expected) {
        assertThat(loss.loss(student, teacher).item_double()).isCloseTo(expected, within(1e-6));
    }

    /**
     * Label 0; students (3/4, 1/4) and (1/2, 1/2). Cross-entropies ln 4/3 and ln 2; KL(second, first) = 1/2 ln 2/3 + 1/2 ln 2 =
     * 1/2 ln 4/3, KL(first, second) = 3/4 ln 3/2 - 1/4 ln 2. At w = 1/2 all count whole, at 0.8 the divergences a quarter.
     */
    @Test
    void students_that_teach_each_other() {
        StepViews step = new StepViews(
                Map.of(),
                Map.of("a", tensor(shape(1, 2), Math.log(3), 0), "b", tensor(shape(1, 2), 0, 0)),
                "a",
                Optional.of(Tensors.of(espalier.graph.Tensor.longs(0))),
                new int[] {0},
                0,
                0);
        double labels = Math.log(4.0 / 3) + Math.log(2);
        double others = 0.5 * Math.log(4.0 / 3) + 0.75 * Math.log(1.5) - 0.25 * Math.log(2);
        assertThat(together(0.5, step)).isCloseTo(labels + others, within(1e-6));
        assertThat(together(0.8, step)).isCloseTo(labels + others / 4, within(1e-6));
        assertThat(together(1, step)).isCloseTo(labels, within(1e-6));
        assertThat(together(0, step)).isCloseTo(others, within(1e-6));
    }

    private static double together(double labelWeight, StepViews step) {
        return new Peers(List.of("a", "b"), List.of(new SoftTargets(1)), List.of(1.0), labelWeight, 0)
                .loss(step)
                .item_double();
    }

    /** (1, 2) and (0, 4): (1 + 4) / 2. */
    @Test
    void logits() {
        check(new LogitsL2(), rows(1, 1, 2), rows(1, 0, 4), 2.5);
    }

    /**
     * Class 0. Student (1/3, 1/3, 1/3). Teacher (1/3, 1/2, 1/6) is as certain, and of the others has (3/4, 1/4) against (1/2, 1/2):
     * KL = 3/4 ln 3/2 + 1/4 ln 1/2. Teacher (2/3, 1/6, 1/6) sees the others alike, and is (2/3, 1/3) against (1/3, 2/3) certain: KL =
     * 2/3 ln 2 - 1/3 ln 2.
     */
    @Test
    void decoupled() {
        Views student = labelled(rows(1, 0, 0, 0), 0);
        double others = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
        check(new DecoupledTargets(5, 2, 1), student, rows(1, Math.log(2), Math.log(3), 0), 2 * others);
        check(new DecoupledTargets(3, 2, 1), student, rows(1, Math.log(4), 0, 0), Math.log(2));
    }

    /**
     * Probabilities (.5, .3, .2) and (.2, .3, .5), the student's rows the other way round. Without the mean of 1/3 a row is (5, -1, -4)
     * / 30 against (-4, -1, 5) / 30: rho = (-20 + 1 - 20) / 42 = -13/14. Columns 0 and 2 have rho = -1; column 1 is constant, rho = 0:
     * their mean of 1 - rho is 5/3.
     */
    @Test
    void dist() {
        double[] falling = {Math.log(.5), Math.log(.3), Math.log(.2)};
        double[] rising = {Math.log(.2), Math.log(.3), Math.log(.5)};
        Views teacher = rows(2, falling[0], falling[1], falling[2], rising[0], rising[1], rising[2]);
        Views student = rows(2, rising[0], rising[1], rising[2], falling[0], falling[1], falling[2]);
        check(new Dist(1, 3, 1), student, teacher, 27.0 / 14 + 3 * 5.0 / 3);
    }

    /**
     * Teacher: samples 1 and 2 alike, 3 at a right angle: K = 1, 1/2, 1/2. So p of 1 and of 2 is (2/3, 1/3), of 3 (1/2, 1/2). Student:
     * all alike, so 1/2 everywhere.
     */
    @Test
    void pkt() {
        double kl = 2.0 / 3 * Math.log(4.0 / 3) + 1.0 / 3 * Math.log(2.0 / 3);
        check(new Pkt(), rows(3, 1, 1, 1, 1, 1, 1), rows(3, 1, 0, 2, 0, 0, 1), 2 * kl / 3);
    }

    /** (1, 3) and (0, 1): the mean of 1 and 4, halved. */
    @Test
    void hint() {
        check(new Hint(), rows(1, 1, 3), rows(1, 0, 1), 1.25);
    }

    /** (1, 3) and (0, 1): 3/2, 5/2, (1/2 + 3/2) / 2; a right angle is a cosine of 0. */
    @Test
    void features() {
        Views student = rows(1, 1, 3);
        Views teacher = rows(1, 0, 1);
        check(matching(Distance.L1), student, teacher, 1.5);
        check(matching(Distance.L2), student, teacher, 2.5);
        check(matching(Distance.SMOOTH_L1), student, teacher, 1);
        check(matching(Distance.COSINE), rows(1, 2, 0), rows(1, 0, 5), 1);
    }

    private static FeatureMatching matching(Distance distance) {
        return new FeatureMatching(distance, List.of(), List.of(), Regressor.LINEAR);
    }

    @Test
    void features_of_different_widths_need_a_regressor() {
        assertThatThrownBy(() -> new FeatureMatching().loss(rows(1, 1, 3), rows(1, 1, 2, 3)))
                .hasMessage("the student's feature is [1, 2], the teacher's [1, 3]: set regressor to linear, or name"
                        + " values of one width");
    }

    /**
     * Student: two channels that see the left place, Q = (2, 0). Teacher: one that sees the right, Q = (0, 9). Unit maps (1, 0) and (0,
     * 1): half of 1 + 1. A second stage that agrees adds nothing.
     */
    @Test
    void attention() {
        Tensor left = tensor(shape(1, 2, 1, 2), 1, 0, 1, 0);
        Tensor right = tensor(shape(1, 1, 1, 2), 0, 3);
        Tensor same = tensor(shape(1, 1, 2, 2), 1, 2, 3, 4);
        check(new Attention(), views(left, same), views(right, same), 1);
    }

    /** A larger map is averaged to the size of the smaller: (2, 0, 0, 2) becomes (1), as any map of one place is. */
    @Test
    void attention_of_maps_of_different_sizes() {
        check(new Attention(), views(tensor(shape(1, 1, 2, 2), 2, 0, 0, 2)), views(tensor(shape(1, 1, 1, 1), 7)), 0);
    }

    /**
     * Scores are the input plus constants; the gradient is softmax - label: (-1/2, 1/2) against (-1/4, 1/4) for a teacher with (3/4,
     * 1/4): half of 1/16 + 1/16.
     */
    @Test
    void gradient_attention() {
        Tensor input = Seen.tensor(shape(1, 2), new float[] {0, 0}, true);
        Views student = new Views(Map.of("l", input.add(tensor(shape(1, 2), 0, 0))), "l");
        Views teacher = new Views(Map.of("l", input.add(tensor(shape(1, 2), Math.log(3), 0))), "l");
        check(
                new GradientAttention(),
                labelled(student, 0).withInput(input),
                labelled(teacher, 0).withInput(input),
                1.0 / 16);
    }

    /** Student (1, 2) to (3, 4): (3 + 8) / 2. Teacher (1, 1) to (1, 1): 1. (5.5 - 1)^2. */
    @Test
    void fsp() {
        Views student = views(tensor(shape(1, 1, 1, 2), 1, 2), tensor(shape(1, 1, 1, 2), 3, 4));
        Views teacher = views(tensor(shape(1, 1, 1, 2), 1, 1), tensor(shape(1, 1, 1, 2), 1, 1));
        check(new Fsp(), student, teacher, 4.5 * 4.5);
    }

    /**
     * Student 0, 1, 3: distances 1, 3, 2 of mean 2: 1/2, 3/2, 1. Teacher 0, 1, 2: 1, 2, 1 of mean 4/3: 3/4, 3/2, 3/4. Differences 1/4,
     * 0, 1/4: (1/32 + 0 + 1/32) / 3.
     */
    @Test
    void rkd_distance() {
        check(new RkdDistance(), rows(3, 0, 1, 3), rows(3, 0, 1, 2), 2.0 / 32 / 3);
    }

    /** Student: equilateral, all cosines 1/2. Teacher: a right angle and two of 45 degrees, 0 and 1/sqrt 2. */
    @Test
    void rkd_angle() {
        double sharp = Math.sqrt(0.5) - 0.5;
        Views student = rows(3, 0, 0, 1, 0, 0.5, Math.sqrt(0.75));
        Views teacher = rows(3, 0, 0, 1, 0, 0, 1);
        check(new RkdAngle(), student, teacher, (0.5 * 0.25 + 2 * 0.5 * sharp * sharp) / 3);
    }

    /** Student at right angles, G = I. Teacher alike, rows (1, 1) / sqrt 2. (2 (1 - 1/sqrt 2)^2 + 2 / 2) / 4 = 1 - 1/sqrt 2. */
    @Test
    void similarity() {
        check(new SimilarityPreserving(), rows(2, 1, 0, 0, 2), rows(2, 3, 0, 3, 0), 1 - Math.sqrt(0.5));
    }

    /** gamma 1/2, one term: e^-1 (1 + cos). Right angles against alike: two entries differ by e^-1, of four. */
    @Test
    void correlation() {
        check(
                new CorrelationCongruence(0.5, 1, List.of(), List.of()),
                rows(2, 1, 0, 0, 2),
                rows(2, 3, 0, 3, 0),
                Math.exp(-2) / 2);
    }

    /** Turned by 90 degrees and three times as large, the embedding is the same to both forms of RKD. */
    @Test
    void relational_losses_do_not_see_rotation_and_scale() {
        Views teacher = rows(4, 1, 2, -1, 0, 3, 1, 0, -2);
        Views turned = rows(4, -6, 3, 0, -3, -3, 9, 6, 0);
        check(new RkdDistance(), turned, teacher, 0);
        check(new RkdAngle(), turned, teacher, 0);
    }

    @Test
    void similarity_and_attention_do_not_see_the_order_of_channels() {
        Views teacher = views(tensor(shape(2, 2, 1, 2), 1, 2, 3, 4, 5, 6, 7, 9));
        Views swapped = views(tensor(shape(2, 2, 1, 2), 3, 4, 1, 2, 7, 9, 5, 6));
        check(new SimilarityPreserving(), swapped, teacher, 0);
        check(new Attention(), swapped, teacher, 0);
    }

    @Test
    void settings_that_cannot_be_are_refused() {
        assertThatThrownBy(() -> new Dist(-1, 1, 1)).hasMessage("beta must be 0 or more, got -1.0");
        assertThatThrownBy(() -> new CorrelationCongruence(0, 2, List.of(), List.of()))
                .hasMessage("gamma must be above 0, got 0.0");
        assertThatThrownBy(() -> new Attention(List.of("a"), List.of()).points())
                .hasMessage("student names values, but teacher names none: give both, or neither to have them chosen");
        assertThatThrownBy(() -> new FeatureMatching(Distance.L2, List.of(), List.of(), Regressor.CONVOLUTION))
                .hasMessage("regressor convolution is for hint: take linear, or none for equal widths");
    }
}
