package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.data.Augmentation.Change;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final float[] PICTURE = {
        1, 2, 3,
        4, 5, 6,
        7, 8, 9
    };

    private static float[] apply(Change change) {
        float[] out = new float[9];
        change.apply(PICTURE, 0, out, 0, 3, 3, 1, 0);
        return out;
    }

    @Test
    void moves_up_and_left_when_the_window_moves_down_and_right() {
        assertThat(apply(new Change(1, 1, false))).containsExactly(5, 6, 0, 8, 9, 0, 0, 0, 0);
    }

    @Test
    void moves_down_and_right_when_the_window_moves_up_and_left() {
        assertThat(apply(new Change(-2, -1, false))).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 2);
    }

    @Test
    void mirrors_after_moving() {
        assertThat(apply(new Change(0, 0, true))).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7);
        assertThat(apply(new Change(0, 1, true))).containsExactly(0, 3, 2, 0, 6, 5, 0, 9, 8);
    }

    @Test
    void a_window_beside_the_picture_sees_black() {
        assertThat(apply(new Change(0, 5, false))).containsOnly(0);
        assertThat(apply(new Change(-7, 0, true))).containsOnly(0);
    }

    @Test
    void black_is_normalized_like_every_pixel() {
        float[] out = new float[9];
        new Change(0, 2, false).apply(PICTURE, 0, out, 0, 3, 3, 2, -1);
        // 2 * 3 - 1, then 2 * 0 - 1
        assertThat(out).containsExactly(5, -1, -1, 11, -1, -1, 17, -1, -1);
    }

    @Test
    void every_shift_and_both_sides_occur_and_nothing_beyond() {
        Set<Change> seen = new HashSet<>();
        for (int sample = 0; sample < 2000; sample++) {
            seen.add(new Augmentation(2, true).draw(Seeds.stream(1, Seeds.AUGMENT, 0, sample)));
        }
        assertThat(seen).hasSize(5 * 5 * 2).allMatch(c -> Math.abs(c.dx()) <= 2 && Math.abs(c.dy()) <= 2);
    }

    @Test
    void refuses_a_negative_shift() {
        assertThatThrownBy(() -> new Augmentation(-1, false))
                .hasMessage("augmentation: shift -1: give 0 or more pixels");
    }
}
