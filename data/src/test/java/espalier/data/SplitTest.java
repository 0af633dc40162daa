package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final DataSet DATA = new Fake(40, InputSpec.floats(1), 4);

    private static Set<Float> contents(DataSet part) {
        Set<Float> seen = new HashSet<>();
        float[] x = new float[1];
        for (int i = 0; i < part.size(); i++) {
            part.fill(i, 0, x, 0);
            assertThat(part.label(i)).isEqualTo((long) x[0] / 1000 % 4);
            seen.add(x[0]);
        }
        return seen;
    }

    @Test
    void parts_share_nothing_and_make_the_whole() {
        Split split = Split.of(DATA, 0.2, 1);
        Set<Float> all = contents(split.train());
        assertThat(all).doesNotContainAnyElementsOf(contents(split.validation()));
        all.addAll(contents(split.validation()));
        assertThat(all).hasSize(40);
    }

    @Test
    void every_class_keeps_its_share() {
        DataSet held = Split.of(DATA, 0.2, 1).validation();
        for (int label = 0; label < 4; label++) {
            int l = label;
            assertThat(IntStream.range(0, held.size()).filter(i -> held.label(i) == l))
                    .hasSize(2);
        }
    }

    @Test
    void classes_too_small_for_a_share_of_their_own_make_it_up_together() {
        // 100 classes of 3 samples: 0.3 of each are 30 of all
        Split split = Split.of(new Fake(300, InputSpec.floats(1), 100), 0.1, 1);
        assertThat(split.validation().size()).isEqualTo(30);
        assertThat(split.train().size()).isEqualTo(270);
    }

    @Test
    void holds_back_as_many_as_are_asked_for() {
        assertThat(contents(Split.ofCount(DATA, 39, 1).validation())).hasSize(39);
        assertThat(Split.ofCount(DATA, 1, 1).train().size()).isEqualTo(39);
    }

    @Test
    void the_seed_decides() {
        assertThat(contents(Split.of(DATA, 0.2, 1).validation()))
                .isEqualTo(contents(Split.of(DATA, 0.2, 1).validation()));
        assertThat(contents(Split.of(DATA, 0.2, 1).validation()))
                .isNotEqualTo(contents(Split.of(DATA, 0.2, 2).validation()));
    }

    @Test
    void splits_without_labels_too() {
        assertThat(Split.of(new Fake(10, InputSpec.floats(1), 0), 0.3, 1)
                        .validation()
                        .size())
                .isEqualTo(3);
    }

    @Test
    void holds_back_one_class() {
        Split split = Split.ofClass(DATA, 3);
        assertThat(IntStream.range(0, 10).map(i -> (int) split.validation().label(i)))
                .containsOnly(3);
        assertThat(IntStream.range(0, 30).map(i -> (int) split.train().label(i)))
                .containsOnly(0, 1, 2);
        assertThat(split.train().classes()).isEqualTo(4);
        assertThatThrownBy(() -> Split.ofClass(DATA, 4))
                .hasMessage("fake: class 4 has 0 of 40 samples, so one part would be empty: choose another class");
    }

    @Test
    void refuses_an_empty_part() {
        assertThatThrownBy(() -> Split.of(DATA, 1, 1))
                .hasMessage("validation share 1.0: give a number between 0 and 1");
        assertThatThrownBy(() -> Split.of(DATA, 0.01, 1))
                .hasMessage(
                        "fake: a validation share of 0.01 of 40 samples leaves one part empty: choose another share");
    }
}
