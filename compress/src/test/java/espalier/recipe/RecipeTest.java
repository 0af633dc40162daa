package espalier.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.config.Component;
import espalier.config.Family;
import espalier.dynamic.Slim;
import espalier.graph.BadInputException;
import espalier.prune.Global;
import espalier.prune.Prune;
import espalier.train.AdamW;
import espalier.train.Ema;
import espalier.train.Optimizer;
import espalier.train.Sgd;
import espalier.train.Training;
import espalier.work.Against;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
    private static final String STEPS = String.join(", ", StepKind.keys());

    @TempDir
    Path folder;

    private static Recipe parse(String steps) {
        return Recipe.parse("model: m.onnx\ndata: d\nsteps:\n" + steps, "r.yaml");
    }

    @Test
    void reads_the_settings_of_every_step() {
        Recipe recipe = parse("""
                  - train: {epochs: 2, optimizer: {adamw: {beta1: 0.8}}, averaging: ema, learning-rate: 1e-3}
                  - prune:
                      selection: global
                      macs: 30%
                      include: [conv*, fc1]
                      widths: {round: 4, minimum: 2}
                      retrain: {epochs: 1}
                """);
        assertThat(recipe.seed()).isEqualTo(1);
        assertThat(recipe.steps()).extracting(s -> s.kind().key()).containsExactly("train", "prune");
        Training train = (Training) recipe.steps().get(0).config();
        assertThat(train.epochs()).isEqualTo(2);
        assertThat(((AdamW) train.optimizer()).beta1()).isEqualTo(0.8);
        assertThat(train.averaging()).isInstanceOf(Ema.class);
        assertThat(train.learningRate()).hasValue(1e-3);
        Prune prune = (Prune) recipe.steps().get(1).config();
        assertThat(prune.selection()).isEqualTo(new Global());
        assertThat(prune.macs()).hasValue(0.3);
        assertThat(prune.include()).containsExactly("conv*", "fc1");
        assertThat(prune.widths().minimum()).isEqualTo(2);
        assertThat(prune.retrain()).isEqualTo(new Prune().retrain().withEpochs(1));
    }

    @Test
    void what_is_not_written_has_the_step_s_defaults() {
        assertThat(parse("  - train\n  - prune: {}\n").steps())
                .extracting(Recipe.Step::config)
                .containsExactly(new Training(), new Prune());
    }

    @Test
    void every_step_there_is_survives_printing() {
        for (StepKind<?> kind : StepKind.ALL) {
            Recipe recipe = new Recipe(
                    "zoo:lenet5", "fashion-mnist", -3, List.of(new Recipe.Step(kind, (Record) kind.defaults())));
            assertThat(Recipe.parse(recipe.toYaml(), "r.yaml")).isEqualTo(recipe);
        }
    }

    /** An optional that is there by default could not be left out, and would outdo what is written instead of it. */
    @Test
    void nothing_optional_is_there_by_default() {
        List<Component> all = new ArrayList<>();
        StepKind.ALL.forEach(kind -> collect((Record) kind.defaults(), all, new HashSet<>()));
        assertThat(all).extracting(Component::key).contains("learning-rate", "macs", "lambda", "weight-bits");
        assertThat(all)
                .allSatisfy(c -> assertThat(String.valueOf(c.defaultValue())).doesNotMatch("Optional\\w*\\[.*"));
    }

    private static void collect(Record defaults, List<Component> all, Set<Class<?>> seen) {
        for (Component c : Component.of(defaults)) {
            all.add(c);
            if (c.defaultValue() instanceof Record r) {
                collect(r, all, seen);
            }
            Type type = c.type() instanceof ParameterizedType p ? p.getActualTypeArguments()[0] : c.type();
            if (type instanceof Class<?> family && family.isSealed() && seen.add(family)) {
                Family.of(family).members().forEach(m -> collect((Record) Component.defaults(m.type()), all, seen));
            }
        }
    }

    private static Optimizer retrainedBy(String optimizer) {
        Training how = ((Prune) parse("  - prune: {retrain: {optimizer: " + optimizer + "}}\n")
                        .steps()
                        .get(0)
                        .config())
                .retrain();
        assertThat(how.learningRate()).isEmpty();
        return how.optimizer();
    }

    @Test
    void a_step_s_learning_rate_is_that_of_its_optimizer_alone() {
        assertThat(new Prune().retrain().optimizer()).isEqualTo(new Sgd().withLearningRate(0.02));
        assertThat(retrainedBy("adamw")).isEqualTo(new AdamW());
        assertThat(retrainedBy("{adamw: {learning-rate: 0.0005}}")).isEqualTo(new AdamW().withLearningRate(0.0005));
        assertThat(retrainedBy("{sgd: {momentum: 0.5}}")).isEqualTo(new Sgd(0.02, 0.5, true, 1e-4));
    }

    @Test
    void settings_made_in_java_survive_printing() {
        Slim slim = new Slim(List.of(1.0, 0.5), 1, 1, Against.AUTO, new Training());
        Recipe recipe = new Recipe(
                "m", "d", 1, List.of(new Recipe.Step(StepKind.find("slim").orElseThrow(), slim)));
        assertThat(Recipe.parse(recipe.toYaml(), "r.yaml")).isEqualTo(recipe);
    }

    @Test
    void names_with_signs_and_settings_of_every_kind_survive_printing() {
        Recipe recipe = Recipe.parse("""
                model: "my model: #1.onnx"
                data: "C:\\\\data \\"x\\""
                seed: 9000000000
                steps:
                  - train: {steps: 70, patience: 2, validation: 5%, averaging: {ema: {decay: 0.9}}, augmentation: {flip: true}}
                  - prune: {include: ["a, b", "*"], macs: 0.333, against: original, selection: global}
                """, "r.yaml");
        assertThat(recipe.model()).isEqualTo("my model: #1.onnx");
        assertThat(Recipe.parse(recipe.toYaml(), "r.yaml")).isEqualTo(recipe);
    }

    @Test
    void keeps_the_model_as_it_was_written() throws IOException {
        Path file = folder.resolve("r.yaml");
        Files.writeString(file, "model: nets/m.onnx\ndata: d\nsteps: [prune]\n");
        assertThat(Recipe.read(file).model()).isEqualTo("nets/m.onnx");
        Files.writeString(file, "model: zoo:lenet5\ndata: d\nsteps: [train]\n");
        assertThat(Recipe.read(file).model()).isEqualTo("zoo:lenet5");
    }

    @Test
    void what_is_no_text_or_no_file_is_named() throws IOException {
        Path file = folder.resolve("r.yaml");
        Files.write(file, "model: m\u00fc.onnx\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Recipe.read(file))
                .isInstanceOf(BadInputException.class)
                .hasMessage(file + ": is not UTF-8: save it so");
        assertThatThrownBy(() -> Recipe.read(folder))
                .isInstanceOf(FileSystemException.class)
                .hasMessageStartingWith(folder + ": ");
    }

    @Test
    void a_width_is_taken_before_other_steps_go_on() {
        assertThat(parse("  - slim\n  - width\n  - prune\n  - exits\n").steps()).hasSize(4);
        assertThat(parse("  - slim\n").steps()).hasSize(1);
    }

    private static Arguments whole(String yaml, String message) {
        return Arguments.of(yaml, message);
    }

    private static Arguments steps(String steps, String message) {
        return Arguments.of("model: m.onnx\ndata: d\nsteps:\n" + steps, message);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                whole("- prune\n", "r.yaml:1:1: a recipe is a mapping with the keys model, data, seed, steps"),
                whole("just words\n", "r.yaml:1:1: a recipe is a mapping with the keys model, data, seed, steps"),
                whole("model: m\nmodle: x\n", "r.yaml:2:1: unknown key 'modle', did you mean 'model'?"),
                whole("model: m\nzzzzzz: x\n", "r.yaml:2:1: unknown key 'zzzzzz'; known: model, data, seed, steps"),
                whole("data: d\nsteps: [prune]\n", "r.yaml:1:1: 'model' is missing"),
                whole("model: m\nsteps: [prune]\n", "r.yaml:1:1: 'data' is missing"),
                whole("model: m\ndata: d\n", "r.yaml:1:1: 'steps' is missing"),
                whole("model: [m]\ndata: d\nsteps: [prune]\n", "r.yaml:1:8: model needs a single value"),
                whole("model:\ndata: d\nsteps: [prune]\n", "r.yaml:1:7: model needs a single value"),
                whole("model: m\ndata: d\nsteps: []\n", "r.yaml:3:8: steps needs a list, each item one of: " + STEPS),
                whole("model: m\ndata: d\nsteps: x\n", "r.yaml:3:8: steps needs a list, each item one of: " + STEPS),
                whole("model: m\ndata: d\nseed: one\nsteps: [prune]\n", "r.yaml:3:7: seed needs a whole number"),
                whole("model: m\ndata: d\nseed: [1]\nsteps: [prune]\n", "r.yaml:3:7: seed needs a whole number"),
                steps("  - prnue: {}\n", "r.yaml:4:5: unknown step 'prnue', did you mean 'prune'?"),
                steps("  - zzzzzzzz\n", "r.yaml:4:5: unknown step 'zzzzzzzz'; known: " + STEPS),
                steps("  - {train: {}, prune: {}}\n", "r.yaml:4:5: a step is one of: " + STEPS),
                steps(
                        "  - exits\n  - prune\n",
                        "r.yaml:3:1: step 'prune' after 'exits': its thresholds would not fit: put 'exits' last"),
                steps(
                        "  - train\n  - slim\n  - quantize\n  - width\n",
                        "r.yaml:3:1: step 'quantize' after 'slim': take one of the widths first, with the step 'width'"),
                steps("  - prune: 50%\n", "r.yaml:4:12: expected a mapping of keys to values"),
                steps("  - prune: {ratoi: 0.5}\n", "r.yaml:4:13: unknown key 'ratoi', did you mean 'ratio'?"),
                steps("  - prune: {ratio: 0}\n", "r.yaml:4:13: ratio must be above 0 and below 1, got 0.0"),
                steps("  - prune: {ratio: 100%}\n", "r.yaml:4:13: ratio must be above 0 and below 1, got 1.0"),
                steps("  - prune: {ratio: half}\n", "r.yaml:4:20: ratio needs a number, got 'half'"),
                steps("  - prune: {ratio: nan}\n", "r.yaml:4:20: ratio needs a number, got 'nan'"),
                steps("  - prune: {ratio: .inf}\n", "r.yaml:4:20: ratio needs a number, got '.inf'"),
                steps("  - prune: {ratio: [0.5]}\n", "r.yaml:4:20: ratio needs a single value"),
                steps("  - prune: {macs: 1.5}\n", "r.yaml:4:13: macs must be above 0 and below 1, got 1.5"),
                steps("  - prune: {widths: {round: 0}}\n", "r.yaml:4:22: round must be at least 1, got 0"),
                steps("  - prune: {widths: {minimum: -1}}\n", "r.yaml:4:22: minimum must be at least 1, got -1"),
                steps("  - prune: {importance: l3}\n", "r.yaml:4:25: unknown method 'l3', did you mean 'l1'?"),
                steps(
                        "  - prune: {selection: everywhere}\n",
                        "r.yaml:4:24: unknown method 'everywhere'; known: per-layer, global, lamp, threshold, deviation, sensitivity"),
                steps(
                        "  - prune: {against: teacher}\n",
                        "r.yaml:4:22: against cannot be 'teacher'; known: auto, labels, original"),
                steps("  - prune: {retrain: {epochs: 0}}\n", "r.yaml:4:23: epochs must be above 0, got 0.0"),
                steps("  - train: {epochs: 1.5}\n", "r.yaml:4:21: epochs needs a whole number, got '1.5'"),
                steps("  - train: {learning-rate: -1}\n", "r.yaml:4:13: learning-rate must be above 0, got -1.0"),
                steps("  - train: {optimizer: adam}\n", "r.yaml:4:24: unknown method 'adam', did you mean 'adamw'?"),
                steps("  - train: {optimizer: {sgd: {}, adamw: {}}}\n", "r.yaml:4:24: expected one of: sgd, adamw"),
                steps(
                        "  - train: {precision: fp8}\n",
                        "r.yaml:4:24: precision cannot be 'fp8'; known: float, double, bf16"),
                steps(
                        "  - train: {patience: 2}\n",
                        "r.yaml:4:13: patience needs validation data: set validation, as 5%, or leave patience out"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_one_line_with_its_place(String yaml, String message) {
        assertThatThrownBy(() -> Recipe.parse(yaml, "r.yaml"))
                .isInstanceOf(BadInputException.class)
                .hasMessage(message);
    }
}
