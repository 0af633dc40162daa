package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EscapeTest {
    @Test
    void leaves_text_alone() {
        assertThat(Escape.controls("/layer1/Conv_0 ä 層 😀")).isEqualTo("/layer1/Conv_0 ä 層 😀");
    }

    @Test
    void writes_out_what_would_move_the_cursor_or_reorder_text() {
        assertThat(Escape.controls("a\u001b[2Jb\nc\u202ed\ud800")).isEqualTo("a\\u001b[2Jb\\u000ac\\u202ed\\ud800");
    }
}
