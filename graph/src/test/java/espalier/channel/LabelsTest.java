package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private static Labels labels(int[] dims, int... ids) {
        return new Labels(dims, ids);
    }

    private static int[] dims(int... dims) {
        return dims;
    }

    @Test
    void flattening_repeats_a_channel_for_each_position() {
        Labels flat = Labels.along(4, 1, 5, 2).reshape(dims(7, 2, 1, 3), dims(7, 6));
        assertThat(flat).isEqualTo(labels(dims(1, 6), 5, 5, 5, 6, 6, 6));
    }

    @Test
    void a_reshape_spreads_labels_only_where_they_vary() {
        Labels split = Labels.along(3, 2, 1, 6).reshape(dims(100, 50, 6), dims(5000, 3, 2));
        assertThat(split).isEqualTo(labels(dims(1, 3, 2), 1, 2, 3, 4, 5, 6));
    }

    @Test
    void what_a_reshape_takes_apart_it_puts_together_again() {
        Labels l = Labels.along(3, 1, 1, 12);
        Labels there = l.reshape(dims(2, 12, 5), dims(2, 3, 4, 1, 5));
        assertThat(there.reshape(dims(2, 3, 4, 1, 5), dims(2, 12, 5))).isEqualTo(l);
    }

    @Test
    void a_transpose_moves_elements() {
        Labels l = labels(dims(2, 1, 3), 1, 2, 3, 4, 5, 6).transpose(new int[] {2, 0, 1});
        assertThat(l).isEqualTo(labels(dims(3, 2, 1), 1, 4, 2, 5, 3, 6));
    }

    @Test
    void positions_are_taken_along_an_axis_and_repeated_where_nothing_varies() {
        Labels l = labels(dims(2, 2), 1, 2, 3, 4);
        assertThat(l.take(1, new int[] {1, 1, 0})).isEqualTo(labels(dims(2, 3), 2, 2, 1, 4, 4, 3));
        assertThat(Labels.none(2).take(0, new int[] {7, 9})).isEqualTo(labels(dims(2, 1), 0, 0));
    }

    @Test
    void arrays_are_joined_along_an_axis() {
        Labels joined = Labels.concat(1, List.of(labels(dims(2, 1), 1, 2), labels(dims(2, 2), 3, 4, 5, 6)));
        assertThat(joined).isEqualTo(labels(dims(2, 3), 1, 3, 4, 2, 5, 6));
    }

    @Test
    void axes_along_which_nothing_varies_shrink() {
        assertThat(labels(dims(2, 3), 1, 2, 3, 1, 2, 3).compress()).isEqualTo(labels(dims(1, 3), 1, 2, 3));
        assertThat(labels(dims(2, 2), 4, 4, 4, 4).compress()).isEqualTo(labels(dims(1, 1), 4));
    }

    @Test
    void the_canonical_form_follows_what_is_united() {
        Units units = new Units();
        Labels l = Labels.along(2, 1, units.add(3), 3);
        assertThat(l.canonical(units)).isEqualTo(l);
        Pin pin = new Pin(espalier.graph.Node.of("Add", List.of("a", "b"), "c"), "adds");
        units.unite(2, 3, pin);
        assertThat(l.canonical(units)).isEqualTo(labels(dims(1, 3), 1, 2, 2));
        units.unite(0, 3, pin);
        assertThat(l.canonical(units)).isEqualTo(labels(dims(1, 3), 1, 0, 0));
        assertThat(units.why(2)).hasToString("Add(c) adds");
    }

    @Test
    void what_must_stay_is_known_when_unions_are_forgotten() {
        Units units = new Units();
        units.add(4);
        Pin pin = new Pin(espalier.graph.Node.of("Add", List.of("a", "b"), "c"), "adds");
        units.unite(1, 2, pin);
        units.unite(3, 4, pin);
        units.pin(4, pin);
        units.forgetUnions();
        assertThat(List.of(units.find(1), units.find(2), units.find(3), units.find(4)))
                .containsExactly(1, 2, 0, 0);
    }
}
