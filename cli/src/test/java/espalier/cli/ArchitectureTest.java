package espalier.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShould;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which module may use which (docs/architecture.md), and what stays in one place. */
class ArchitectureTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("espalier");

    /** The packages of each module. */
    private static final Map<String, List<String>> MODULES = Map.of(
            "model",
            List.of("graph", "config", "onnx", "exit"),
            "graph",
            List.of("op", "channel", "pass", "width", "zoo"),
            "data",
            List.of("data"),
            "pack",
            List.of("pack"),
            "torch",
            List.of("torch", "train"),
            "compress",
            List.of("work", "recipe", "calibrate", "prune", "distill", "quantize", "factorize", "dynamic"),
            "runtime",
            List.of("runtime"),
            "cli",
            List.of("cli"));

    /** What each module may use besides itself. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            "model", List.of(),
            "graph", List.of("model"),
            "data", List.of("model"),
            "torch", List.of("model", "graph", "data"),
            "pack", List.of("model"),
            "compress", List.of("model", "graph", "data", "torch", "pack"),
            "runtime", List.of("model", "pack"),
            "cli", List.of("model", "graph", "data", "torch", "compress", "pack", "runtime"));

    private static String[] packages(Stream<String> modules) {
        return modules.flatMap(m -> MODULES.get(m).stream())
                .map(p -> "espalier." + p + "..")
                .toArray(String[]::new);
    }

    static Stream<String> modules() {
        return MODULES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void a_module_uses_only_those_below_it(String module) {
        List<String> below = ARROWS.get(module);
        Stream<String> forbidden = modules().filter(m -> !m.equals(module) && !below.contains(m));
        check(noClasses()
                .that(resideInAnyPackage(packages(Stream.of(module))))
                .should()
                .dependOnClassesThat(resideInAnyPackage(packages(forbidden))));
    }

    @Test
    void one_compression_family_does_not_use_another() {
        List<String> families = List.of("prune", "distill", "quantize", "factorize", "dynamic");
        for (String family : families) {
            String[] others = families.stream()
                    .filter(f -> !f.equals(family))
                    .map(f -> "espalier." + f + "..")
                    .toArray(String[]::new);
            check(noClasses()
                    .that()
                    .resideInAPackage("espalier." + family + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(others)));
        }
    }

    @Test
    void every_package_belongs_to_a_module_and_is_null_marked() {
        for (JavaPackage p : ALL.getPackage("espalier").getSubpackagesInTree()) {
            assertThat(MODULES.values())
                    .as(p.getName())
                    .anyMatch(m -> m.contains(p.getName().split("\\.")[1]));
            assertThat(p.getClasses().isEmpty() || p.isAnnotatedWith(NullMarked.class))
                    .as(p.getName() + " has a package-info with @NullMarked")
                    .isTrue();
        }
    }

    @Test
    void libtorch_is_known_in_torch_and_compress_only() {
        check(noClasses()
                .that(resideInAnyPackage(packages(Stream.of("model", "graph", "data", "pack", "runtime", "cli"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco.."));
    }

    @Test
    void onnx_runtime_is_known_in_runtime_only() {
        check(noClasses()
                .that(resideOutsideOfPackage("espalier.runtime.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.onnxruntime.."));
    }

    @Test
    void only_the_command_prints_ends_the_process_and_reads_the_environment() {
        check(elsewhere().accessField(System.class, "out"));
        check(elsewhere().accessField(System.class, "err"));
        check(elsewhere().callMethod(System.class, "exit", int.class));
        check(elsewhere().callMethod(System.class, "getenv"));
        check(elsewhere().callMethod(System.class, "getenv", String.class));
    }

    private static ClassesShould elsewhere() {
        return noClasses().that(resideOutsideOfPackage("espalier.cli..")).should();
    }

    @Test
    void names_say_what_a_class_is() {
        check(classes().should().haveNameNotMatching(".*(\\.Abstract[A-Z]\\w*|Impl|Manager|Utils?|Helper)"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(ALL);
    }
}
