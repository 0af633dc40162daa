package espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MissingClassTest {
    /** Class 2 is missing; a sample goes over to it at (largest other) - (its own). */
    @Test
    void takes_the_middle_of_the_widest_range_with_the_fewest_errors() {
        double[][] scores = {
            {5, 0, 4}, // a 2, goes over at 1
            {3, 1, 0}, // a 2, goes over at 3
            {0, 6, 1}, // a 1, goes over at 5
            {9, 0, 0}, // a 0, goes over at 9
            {0, 2, 0}, // a 0 that is taken for a 1: an error before and after 2
            {8, 0, 0}, // goes over at 8
        };
        // b < 1: 4 errors; 1..3: 3; 3..5: 2; 5..8: 3; 8..9: 2
        assertThat(new MissingClass(2, true).offset(scores, new long[] {2, 2, 1, 0, 0, 2}))
                .isEqualTo((3 + 5) / 2.0);
        // b < 1: 3 errors; 1..3: 2; 3..5: 1; 5..8: 2; 8..9: 3
        assertThat(new MissingClass(2, true).offset(scores, new long[] {2, 2, 1, 0, 0, 0}))
                .isEqualTo((3 + 5) / 2.0);
        // b < 1: 4 errors; 1..3: 3; 3..5: 4; 5..8: 5; 8..9: 4; above, without end: 3
        assertThat(new MissingClass(2, true).offset(scores, new long[] {2, 0, 1, 2, 0, 2}))
                .isEqualTo((1 + 3) / 2.0);
    }
}
