package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import espalier.graph.DType;
import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final DataSet TEN = new Fake(10, InputSpec.floats(1, 2, 2), 3);

    private static Batches shuffled(int size, long seed) {
        return Batches.of(TEN, Batching.shuffled(size, seed, new Augmentation(1, true), Normalization.NONE));
    }

    @Test
    void every_sample_comes_once_an_epoch_with_its_label_and_content() {
        Batches b = Batches.of(TEN, new Batching(4, 7, true, false, Augmentation.NONE, Normalization.NONE));
        List<Integer> seen = new ArrayList<>();
        b.epoch(3).forEach(batch -> {
            float[] x = batch.inputs().get("").toFloats();
            assertThat(batch.inputs().get("").shape()).isEqualTo(Shape.of(batch.size(), 1, 2, 2));
            for (int i = 0; i < batch.size(); i++) {
                assertThat(x[4 * i + 3]).isEqualTo(1000 * batch.samples()[i] + 3);
                assertThat(batch.labels()[i]).isEqualTo(batch.samples()[i] % 3);
                seen.add(batch.samples()[i]);
            }
        });
        assertThat(b.steps()).isEqualTo(3);
        assertThat(seen)
                .hasSize(10)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 10).boxed().toList());
        assertThat(seen).isNotEqualTo(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void random_access_equals_going_through_in_order() {
        List<Batch> inOrder = new ArrayList<>();
        Batches first = shuffled(3, 5);
        for (int epoch = 0; epoch < 3; epoch++) {
            first.epoch(epoch).forEach(inOrder::add);
        }
        Batches second = shuffled(3, 5);
        for (int i : List.of(8, 0, 4, 7, 1, 3, 2, 6, 5)) {
            Batch b = second.batch(i / 3, i % 3);
            assertThat(b.samples()).isEqualTo(inOrder.get(i).samples());
            assertThat(b.labels()).isEqualTo(inOrder.get(i).labels());
            assertThat(b.inputs()).isEqualTo(inOrder.get(i).inputs());
        }
    }

    @Test
    void epochs_and_seeds_differ_in_order() {
        assertThat(shuffled(10, 5).batch(0, 0).samples())
                .isNotEqualTo(shuffled(10, 5).batch(1, 0).samples());
        assertThat(shuffled(10, 5).batch(0, 0).samples())
                .isNotEqualTo(shuffled(10, 6).batch(0, 0).samples());
    }

    @Test
    void augmentation_of_a_sample_does_not_depend_on_the_batch_size() {
        Batch all = shuffled(10, 5).batch(2, 0);
        Batch one = shuffled(1, 5).batch(2, 4);
        float[] picture = Arrays.copyOfRange(all.inputs().get("").toFloats(), 16, 20);
        assertThat(one.samples()[0]).isEqualTo(all.samples()[4]);
        assertThat(one.inputs().get("").toFloats()).isEqualTo(picture);
    }

    @Test
    void the_last_batch_may_have_fewer_samples_or_be_left_out() {
        Batches kept = Batches.of(TEN, Batching.inOrder(4, Normalization.NONE));
        assertThat(kept.steps()).isEqualTo(3);
        assertThat(kept.batch(0, 2).samples()).containsExactly(8, 9);
        assertThat(shuffled(4, 1).steps()).isEqualTo(2);
        assertThatThrownBy(() -> shuffled(4, 1).batch(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void normalizes_by_channel() {
        DataSet two = new Fake(2, InputSpec.floats(2, 1, 2), 0);
        Normalization n = new Normalization(List.of(1.0, 2.0), List.of(2.0, 4.0));
        Batch b = Batches.of(two, Batching.inOrder(1, n)).batch(0, 1);
        // channel 0: (1000 - 1) / 2, (1001 - 1) / 2; channel 1: (1002 - 2) / 4, (1003 - 2) / 4
        assertThat(b.inputs().get("").toFloats()).containsExactly(499.5f, 500f, 250f, 250.25f);
        assertThat(b.labelled()).isFalse();
    }

    @Test
    void channels_come_last_where_the_model_takes_them_so() {
        DataSet images = new Fake(2, new InputSpec("x", Shape.of(2, 1, 3), DType.FLOAT, true), 0);
        Normalization n = new Normalization(List.of(1000.0, 0.0), List.of(1.0, 1.0));
        Batch b = Batches.of(images, Batching.inOrder(2, n)).batch(0, 0);
        assertThat(b.inputs().get("x").shape()).isEqualTo(Shape.of(2, 1, 3, 2));
        // channel 0 of sample 1 is 1000, 1001, 1002, less 1000; channel 1 is 1003, 1004, 1005
        assertThat(Arrays.copyOfRange(b.inputs().get("x").toFloats(), 6, 12))
                .containsExactly(0, 1003, 1, 1004, 2, 1005);
    }

    @Test
    void refuses_what_does_not_fit_the_samples() {
        DataSet table = new Fake(10, InputSpec.floats(4), 2);
        assertThatThrownBy(() -> shuffled(11, 1))
                .isInstanceOf(BadInputException.class)
                .hasMessage("fake: 10 samples do not fill a batch of 11: lower the batch size");
        assertThatThrownBy(() ->
                        Batches.of(table, Batching.shuffled(2, 0, new Augmentation(1, false), Normalization.NONE)))
                .hasMessage("fake: augmentation is for images, but samples are [4]: leave it out");
        assertThatThrownBy(() -> Batches.of(new Fake(0, InputSpec.floats(4), 2), new Batching()))
                .hasMessage("fake: holds no samples: give a data set with some");
        assertThatThrownBy(() ->
                        Batches.of(table, Batching.inOrder(2, new Normalization(List.of(0.0, 1.0), List.of(1.0, 1.0)))))
                .hasMessage("fake: normalization for 2 channels, but samples are [4]:"
                        + " give 4 means and standard deviations, or one");
        assertThatThrownBy(() -> Batching.inOrder(0, Normalization.NONE)).hasMessage("batch size 0: give 1 or more");
    }
}
