package espalier.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.config.Setting;
import espalier.graph.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
    private static Setting.Mapping mapping(String text) {
        return (Setting.Mapping) Yaml.parse(text, "r.yaml");
    }

    @Test
    void knows_where_each_key_and_value_was_written() {
        Setting.Mapping root = mapping("""
                model: a.onnx
                steps:
                  - prune:
                      ratio: 50%
                """);
        assertThat(root.where()).isEqualTo("r.yaml:1:1");
        assertThat(root.whereIs("steps")).isEqualTo("r.yaml:2:1");
        assertThat(root.entries().get("model")).isEqualTo(new Setting.Scalar("a.onnx", "r.yaml:1:8"));
        Setting.Sequence steps = (Setting.Sequence) root.entries().get("steps");
        Setting.Mapping prune = (Setting.Mapping)
                ((Setting.Mapping) steps.items().get(0)).entries().get("prune");
        assertThat(prune.whereIs("ratio")).isEqualTo("r.yaml:4:7");
        assertThat(prune.entries().get("ratio").where()).isEqualTo("r.yaml:4:14");
    }

    /** Recipes decide themselves what a number or a boolean is, so {@code no} and {@code 1e3} stay as they were written. */
    @ParameterizedTest
    @ValueSource(strings = {"no", "1e3", "0x10", "~", "2026-01-01", "50%"})
    void leaves_scalars_as_text(String text) {
        assertThat(mapping("k: " + text).entries().get("k")).isEqualTo(new Setting.Scalar(text, "r.yaml:1:4"));
    }

    @Test
    void reads_the_short_form_as_the_long_one() {
        assertThat(Yaml.print(Yaml.parse("steps: [train: {epochs: 2}, prune]", "r.yaml")))
                .isEqualTo("""
                steps:
                  -
                    train:
                      epochs: 2
                  - prune
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: &x 1|r.yaml:1:4: anchors, aliases and deep nesting are not allowed: write the values out",
                "a: {b: &x {c: 1}}|r.yaml:1:8: anchors, aliases and deep nesting are not allowed: write the values out",
                "{a: 1, a: 2}|r.yaml:1:8: key 'a' is given twice",
                "? [a]\\n: 1|r.yaml:1:3: a key must be a word",
                "a: [1|r.yaml:2:1: not valid YAML: expected ',' or ']', but got <stream end>",
                "a: \"x|r.yaml:2:1: not valid YAML: found unexpected end of stream",
                "a: b: c|r.yaml:1:5: not valid YAML: mapping values are not allowed here",
                "a: 1\\n b: 2|r.yaml:2:3: not valid YAML: mapping values are not allowed here",
                "# only a comment|r.yaml: is empty",
                "''|r.yaml: is empty",
                "a: *x|r.yaml:1:4: not valid YAML: found undefined alias x",
                "a: 1\\n---\\nb: 2|r.yaml:2:1: not valid YAML: but found another document",
            })
    void refuses_with_the_place(String text, String message) {
        String written = text.replace("\\n", "\n") + (text.equals("''") ? "" : "\n");
        assertThatThrownBy(() -> Yaml.parse(written.equals("''") ? "" : written, "r.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void refuses_an_alias_however_often_it_is_repeated() {
        String bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assertThatThrownBy(() -> Yaml.parse(bomb, "r.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("anchors, aliases");
    }

    @Test
    void refuses_deep_nesting() {
        String deep = "[".repeat(40) + "]".repeat(40);
        assertThatThrownBy(() -> Yaml.parse(deep, "r.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("r.yaml:1:34: anchors, aliases and deep nesting are not allowed: write the values out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with space",
                "",
                "a: b",
                "# no comment",
                "- x",
                "50%",
                "-1",
                "1.0E-4",
                "'",
                "\"",
                "\\",
                "{",
                "*x",
                "&x",
                "!t",
                "@x",
                "a@x",
                "a:",
                "ü/é",
                "tab\there",
                "two\nlines",
                "\u0007bell",
                "a\u0085b",
                "\r",
                "a\u2028b"
            })
    void prints_what_it_reads_back(String text) {
        Setting.Mapping written = Setting.empty("")
                .with("key", new Setting.Scalar(text, ""))
                .with("list", new Setting.Sequence(List.of(new Setting.Scalar(text, "")), ""));
        Setting.Mapping read = mapping(Yaml.print(written));
        assertThat(((Setting.Scalar) read.entries().get("key")).text()).isEqualTo(text);
        Setting item = ((Setting.Sequence) read.entries().get("list")).items().get(0);
        assertThat(((Setting.Scalar) item).text()).isEqualTo(text);
    }

    @Test
    void prints_empty_mappings_and_lists_so_that_they_stay_what_they_are() {
        Setting.Mapping written =
                Setting.empty("").with("m", Setting.empty("")).with("l", new Setting.Sequence(List.of(), ""));
        assertThat(Yaml.print(written)).isEqualTo("m: {}\nl: []\n");
        Setting.Mapping read = mapping(Yaml.print(written));
        assertThat(read.entries().get("m")).isInstanceOf(Setting.Mapping.class);
        assertThat(read.entries().get("l")).isInstanceOf(Setting.Sequence.class);
    }
}
