package espalier.bench;

import espalier.recipe.Recipe;
import java.util.List;
import java.util.Locale;

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
     * @param step a step with its settings as in a recipe, {@code prune: {ratio: 50%}}
     * @param published figures of others, or the goal, in words
     * @param student a network of the zoo that the step begins with; empty for the trained network itself
     */
    record Variant(String name, String step, String published, String student) {
        Variant(String name, String step, String published) {
            this(name, step, published, "");
        }

        Recipe.Step parsed() {
            return Study.step("- " + step);
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
