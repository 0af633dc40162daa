package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.graph.BadInputException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BinderTest {
    sealed interface Shape permits Circle, Square {}

    @Method(key = "circle", summary = "round", paper = "Euclid")
    record Circle(double radius) implements Shape {
        Circle() {
            this(1);
        }

        Circle {
            if (radius <= 0) {
                throw BadInputException.of("radius must be positive, got %s", radius);
            }
        }
    }

    record Square() implements Shape {}

    enum Scope {
        PER_LAYER,
        GLOBAL
    }

    record Several(List<Shape> shapes) {
        Several() {
            this(List.of());
        }
    }

    record Inner(@Key("how fast") double learningRate, int epochs) {
        Inner() {
            this(0.1, 3);
        }
    }

    record Outer(Shape shape, Scope scope, OptionalDouble target, List<String> include, boolean fast, Inner retrain) {
        Outer() {
            this(new Circle(), Scope.GLOBAL, OptionalDouble.empty(), List.of(), false, new Inner());
        }
    }

    private static Setting.Scalar text(String text) {
        return new Setting.Scalar(text, "r.yaml:2:8");
    }

    private static Setting.Mapping map(String key, Setting value) {
        return new Setting.Mapping(Map.of(key, value), Map.of(key, "r.yaml:2:3"), "r.yaml:1:1");
    }

    private static void refuses(Setting setting, String message) {
        assertThatThrownBy(() -> Binder.record(Outer.class, setting))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }

    @Test
    void keys_that_are_not_written_keep_their_defaults() {
        assertThat(Binder.record(Outer.class, map("retrain", map("learning-rate", text("5%")))))
                .isEqualTo(new Outer(
                        new Circle(), Scope.GLOBAL, OptionalDouble.empty(), List.of(), false, new Inner(0.05, 3)));
    }

    @Test
    void a_method_is_its_key_or_a_mapping_of_its_key_to_its_settings() {
        assertThat(Binder.member(Shape.class, text("square"))).isEqualTo(new Square());
        assertThat(Binder.member(Shape.class, map("circle", map("radius", text("2")))))
                .isEqualTo(new Circle(2));
    }

    @Test
    void the_method_that_is_there_already_keeps_what_is_not_written() {
        Outer base = new Outer(new Circle(3), Scope.GLOBAL, OptionalDouble.empty(), List.of(), false, new Inner());
        assertThat(Binder.record(base, map("shape", text("circle")))).isEqualTo(base);
        assertThat(Binder.record(base, map("shape", text("square"))).shape()).isEqualTo(new Square());
    }

    @Test
    void one_method_with_its_settings_is_a_list_of_one() {
        assertThat(Binder.record(Several.class, map("shapes", map("circle", map("radius", text("2"))))))
                .isEqualTo(new Several(List.of(new Circle(2))));
        refuses(map("include", map("a", text("b"))), "r.yaml:1:1: include needs a list");
    }

    @Test
    void an_unknown_key_names_its_place_and_the_nearest_key() {
        refuses(map("scoope", text("global")), "r.yaml:2:3: unknown key 'scoope', did you mean 'scope'?");
    }

    @Test
    void an_unknown_method_lists_the_family() {
        refuses(map("shape", text("hexagon")), "r.yaml:2:8: unknown method 'hexagon'; known: circle, square");
    }

    @Test
    void what_the_record_refuses_is_reported_at_the_key() {
        refuses(
                map("shape", map("circle", map("radius", text("-1")))),
                "r.yaml:2:3: radius must be positive, got -1.0");
    }

    @Test
    void values_of_the_wrong_kind_are_refused() {
        refuses(map("target", text("much")), "r.yaml:2:8: target needs a number, got 'much'");
        refuses(map("target", text("NaN")), "r.yaml:2:8: target needs a number, got 'NaN'");
        refuses(map("fast", text("maybe")), "r.yaml:2:8: fast needs true or false, got 'maybe'");
        refuses(map("scope", text("globl")), "r.yaml:2:8: scope cannot be 'globl', did you mean 'global'?");
        refuses(map("retrain", text("3")), "r.yaml:2:8: expected a mapping of keys to values");
        refuses(map("fast", map("a", text("b"))), "r.yaml:1:1: fast needs a single value");
    }

    @Test
    void whole_numbers_are_whole_and_fit() {
        refuses(map("retrain", map("epochs", text("2.5"))), "r.yaml:2:8: epochs needs a whole number, got '2.5'");
        refuses(map("retrain", map("epochs", text("50%"))), "r.yaml:2:8: epochs needs a whole number, got '50%'");
        refuses(
                map("retrain", map("epochs", text("3000000000"))),
                "r.yaml:2:8: epochs must be at most 2147483647, got 3000000000");
        refuses(
                map("retrain", map("epochs", text("-3000000000"))),
                "r.yaml:2:8: epochs must be at least -2147483648, got -3000000000");
        assertThat(Binder.record(Inner.class, map("epochs", text("+4"))).epochs())
                .isEqualTo(4);
    }

    @Test
    void a_record_that_was_written_reads_back_equal() {
        Outer outer = new Outer(
                new Circle(3), Scope.PER_LAYER, OptionalDouble.of(0.5), List.of("a", "b"), true, new Inner(1, 2));
        assertThat(Binder.record(Outer.class, Binder.write(outer, "x"))).isEqualTo(outer);
    }

    @Test
    void nested_keys_are_listed_with_their_path_and_description() {
        assertThat(Binder.flatten(new Outer()))
                .extracting(Component::key)
                .containsExactly(
                        "shape", "scope", "target", "include", "fast", "retrain.learning-rate", "retrain.epochs");
        assertThat(Binder.flatten(new Outer()).get(5).description()).isEqualTo("how fast");
        assertThat(Binder.flatten(new Outer()).get(5).defaultValue()).isEqualTo(0.1);
    }
}
