package espalier.channel;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.graph.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a matrix of six units, two rows of three. */
class CheckTest {
    private static final Pin PIN = new Pin(Node.of("Op", List.of("x"), "y"), "does it");

    private final Units units = new Units();
    private final Uses uses = new Uses();
    private final Labels matrix = new Labels(new int[] {2, 3}, new int[] {1, 2, 3, 4, 5, 6});

    CheckTest() {
        units.add(8);
    }

    private Labels after(Check check) {
        check.settle(units, uses);
        return matrix.canonical(units);
    }

    private static Labels row(int... ids) {
        return new Labels(new int[] {1, ids.length}, ids);
    }

    @Test
    void an_axis_that_stays_whole_makes_one_unit_of_what_lies_along_it() {
        assertThat(after(new Check.Whole(matrix, new int[] {0}, PIN))).isEqualTo(row(1, 2, 3));
    }

    @Test
    void a_value_that_stays_whole_along_all_axes_stays() {
        assertThat(after(new Check.Whole(matrix, new int[] {0, 1}, PIN)).isNone())
                .isTrue();
    }

    @Test
    void axes_that_change_places_are_tied_along_the_shorter() {
        assertThat(after(new Check.Ordered(matrix, new int[] {1, 0}, PIN))).isEqualTo(row(1, 2, 3));
    }

    @Test
    void axes_in_order_are_left_alone() {
        assertThat(after(new Check.Ordered(matrix, new int[] {0, 1}, PIN))).isEqualTo(matrix);
    }

    @Test
    void counted_positions_are_the_same_in_all_rows() {
        assertThat(after(new Check.Counted(matrix, 1, PIN))).isEqualTo(row(1, 2, 3));
    }

    @Test
    void an_operand_that_spans_one_axis_ties_the_other() {
        Labels operand = row(7, 8, 0);
        assertThat(after(new Check.Meets(matrix, operand, new int[] {1, 3}, PIN)))
                .isEqualTo(row(1, 2, 0));
        assertThat(units.find(7)).isEqualTo(1);
    }

    @Test
    void an_operand_that_spans_no_axis_with_labels_ties_nothing() {
        assertThat(after(new Check.Meets(matrix, Labels.none(2), new int[] {1, 1}, PIN)))
                .isEqualTo(matrix);
    }

    @Test
    void a_constant_goes_with_the_axis_it_spans() {
        Use bias = new Use("bias", PIN.node(), new int[] {1, 3}, List.of(), List.of());
        after(new Check.Follows(matrix, bias, Role.CHANNEL, PIN));
        assertThat(uses.all())
                .singleElement()
                .satisfies(u -> assertThat(u.labels()).containsExactly(row(1, 2, 3)));
    }
}
