package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class EqualRowsTest {
    private static final Pin PIN = new Pin(Node.of("Conv", List.of("x", "w"), "y"), "needs equal rows");

    private final Units units = new Units();
    private final EqualRows rows = new EqualRows();

    EqualRowsTest() {
        units.add(12);
    }

    private void add(int... twoRows) {
        rows.add(new Labels(new int[] {2, twoRows.length / 2}, twoRows), PIN);
    }

    @Test
    void different_units_become_a_limit() {
        add(1, 2, 3, 4);
        assertThat(rows.conflicts(units)).isEmpty();
        assertThat(rows.limits()).hasSize(1);
        assertThat(rows.limits().get(0)).isDeepEqualTo(new int[][] {{1, 2}, {3, 4}});
    }

    @Test
    void units_that_occur_equally_often_become_a_limit() {
        add(1, 2, 1, 2, 3, 4, 4, 3);
        assertThat(rows.conflicts(units)).isEmpty();
        assertThat(rows.limits().get(0)).isDeepEqualTo(new int[][] {{1, 2}, {3, 4}});
    }

    @Test
    void rows_of_the_same_units_need_no_limit() {
        add(1, 2, 2, 1);
        assertThat(rows.conflicts(units)).isEmpty();
        assertThat(rows.limits()).isEmpty();
    }

    @Test
    void the_same_rows_twice_are_one_limit() {
        add(1, 2, 3, 4);
        add(4, 3, 1, 2);
        assertThat(rows.conflicts(units)).isEmpty();
        assertThat(rows.limits()).hasSize(1);
    }

    @Test
    void rows_that_cross_other_rows_are_tied_by_column() {
        add(1, 2, 3, 4);
        add(1, 3, 2, 4);
        assertThat(rows.conflicts(units)).hasSize(1);
        assertThat(units.find(2)).isEqualTo(1);
        assertThat(units.find(4)).isEqualTo(units.find(3));
    }

    @Test
    void a_row_with_something_that_stays_is_tied_by_column() {
        units.pin(2, PIN);
        add(1, 2, 3, 4);
        assertThat(rows.conflicts(units)).hasSize(1);
        assertThat(units.find(4)).isZero();
        assertThat(units.find(3)).isEqualTo(1);
    }

    @Test
    void units_that_occur_unequally_often_are_tied_by_column() {
        add(1, 1, 2, 3, 4, 4);
        assertThat(rows.conflicts(units)).hasSize(1);
        assertThat(units.find(3)).isEqualTo(1);
        assertThat(units.find(4)).isEqualTo(1);
    }
}
