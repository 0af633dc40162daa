package espalier.docs;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.config.Binder;
import espalier.config.Component;
import espalier.config.Family;
import espalier.recipe.Families;
import espalier.recipe.StepKind;
import espalier.torch.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parts of the documentation that repeat what the code knows. {@code mvn test -pl cli -am -Dtest=DerivedDocsTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dsurefire.argLine=-Despalier.docs=write} writes them anew.
 */
class DerivedDocsTest {
    private static final Path DOCS = Path.of("..", "docs");

    /** A part of a page, by the name in its marker. */
    private record Part(String page, String name, Supplier<String> text) {
        @Override
        public String toString() {
            return page + ": " + name;
        }
    }

    private static List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part("methods.md", "methods", DerivedDocsTest::methods));
        parts.add(new Part("operators.md", "operators", DerivedDocsTest::operators));
        for (StepKind<?> step : StepKind.ALL) {
            parts.add(new Part("recipes.md", step.key(), () -> keys((Record) step.defaults())));
        }
        return parts;
    }

    @ParameterizedTest
    @MethodSource("parts")
    void derived_parts_say_what_the_code_says(Part part) throws IOException {
        Path path = DOCS.resolve(part.page);
        String page = Files.readString(path);
        Matcher m = Pattern.compile("(<!-- derived: " + part.name + " -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL)
                .matcher(page);
        assertThat(m.find())
                .as("%s has a part '<!-- derived: %s -->'", part.page, part.name)
                .isTrue();
        String expected = m.group(1) + part.text.get() + m.group(3);
        String renewed = page.substring(0, m.start()) + expected + page.substring(m.end());
        if ("write".equals(System.getProperty("espalier.docs"))) {
            Files.writeString(path, renewed);
        } else {
            assertThat(page).isEqualTo(renewed);
        }
    }

    private static String methods() {
        StringBuilder out = new StringBuilder("| family | key | what it does | paper |\n|---|---|---|---|\n");
        for (Families.Entry e : Families.all()) {
            out.append(String.format("| %s | `%s` | %s | %s |%n", e.family(), e.key(), e.summary(), e.paper()));
        }
        return out.toString();
    }

    private static String operators() {
        List<String> names = List.copyOf(Program.operators());
        return names.size() + " operators: " + String.join(", ", names) + ".\n";
    }

    /** Without those of a nested training, which the step {@code train} shows. */
    private static String keys(Record defaults) {
        StringBuilder out = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        for (Component c : Binder.flatten(defaults)) {
            if (!c.key().startsWith("retrain.") && !c.key().startsWith("training.")) {
                out.append(String.format("| `%s` | %s | %s |%n", c.key(), shown(c.defaultValue()), c.description()));
            }
        }
        return out.toString();
    }

    private static String shown(Object value) {
        if (value instanceof Enum<?> e) {
            return "`" + e.name().toLowerCase(Locale.ROOT).replace('_', '-') + "`";
        }
        if (value instanceof Record r) {
            return "`" + Family.keyOf(r) + "`";
        }
        String text = value instanceof List<?> l
                ? l.stream()
                        .map(v -> v instanceof Record r ? Family.keyOf(r) : String.valueOf(v))
                        .collect(Collectors.joining(","))
                : String.valueOf(value);
        return text.isEmpty() || text.endsWith(".empty") ? "" : "`" + text + "`";
    }
}
