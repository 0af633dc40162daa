package espalier.bench;

import espalier.recipe.Recipe;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A network that is trained once per seed, and what is done to it.
 *
 * @param name of its row
 * @param data a name of the catalog
 * @param network a name of the zoo
 * @param training settings of the step {@code train}, as in a recipe
 * @param published figures of others for the trained network, in words
 * @param variants what is done to it
 * @param images training images that are used, the same share of every class; 0 for all
 */
record Study(
        String name,
        String data,
        String network,
        String training,
        String published,
        List<Variant> variants,
        int images) {
    Study(String name, String data, String network, String training, String published, List<Variant> variants) {
        this(name, data, network, training, published, variants, 0);
    }

    /**
     * One row.
     *
     * @param name unique in its case
     * @param steps with their settings as in a recipe, {@code prune: {ratio: 50%}}, in order
     * @param published figures of others, or the goal, in words
     * @param student a network of the zoo that the step begins with; empty for the trained network itself
     * @param missing a class that the steps do not see
     */
    record Variant(String name, List<String> steps, String published, String student, Optional<MissingClass> missing) {
        Variant(String name, List<String> steps, String published) {
            this(name, steps, published, "", Optional.empty());
        }

        Variant(String name, String step, String published) {
            this(name, List.of(step), published);
        }

        Variant(String name, String step, String published, String student) {
            this(name, List.of(step), published, student, Optional.empty());
        }

        Variant without(int label, boolean raised) {
            return new Variant(name, steps, published, student, Optional.of(new MissingClass(label, raised)));
        }

        boolean raised() {
            return missing.filter(MissingClass::raised).isPresent();
        }

        List<Recipe.Step> parsed() {
            return steps.stream().map(s -> Study.step("- " + s)).toList();
        }

        /** The settings of the first steps, by which their results are known. */
        String settings(int count) {
            return parsed().stream()
                    .limit(count)
                    .map(s -> s.config().toString())
                    .collect(Collectors.joining(
                            " | ", student, missing.map(MissingClass::settings).orElse("")));
        }
    }

    Recipe.Step trainingStep() {
        return step("- train: " + training);
    }

    /** What the trained network depends on besides the seed. */
    String base() {
        String from = images == 0 ? data : data + " " + images;
        return String.join(" | ", from, network, trainingStep().config().toString());
    }

    private static Recipe.Step step(String item) {
        return Recipe.parse(String.format(Locale.ROOT, "model: zoo:lenet5%ndata: mnist%nsteps:%n  %s%n", item), "bench")
                .steps()
                .get(0);
    }
}
