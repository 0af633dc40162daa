package espalier.recipe;

import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.ValueInfo;
import espalier.op.InputShapes;
import espalier.train.Training;
import espalier.work.Origin;
import espalier.zoo.Zoo;
import java.util.Map;
import java.util.Optional;

/** Finds out where a network comes from: from its recipe, or from the recipe that its file tells of. */
final class Origins {
    /** Under which a model keeps the recipe it was made by. */
    static final String RECIPE = "espalier.recipe";

    private Origins() {}

    /** The initial weights and the training of a network that began in the zoo. */
    static Optional<Origin> of(Recipe recipe, Model start) {
        if (recipe.zoo().isPresent()) {
            return training(recipe).map(t -> new Origin(start, t));
        }
        return Optional.ofNullable(start.metadata().get(RECIPE)).flatMap(text -> ofText(text, start));
    }

    private static Optional<Origin> ofText(String text, Model trained) {
        try {
            Recipe made = Recipe.parse(text, RECIPE);
            Optional<Training> training = training(made);
            return made.zoo().isPresent()
                            && training.isPresent()
                            && made.steps().size() == 1
                    ? Optional.of(new Origin(fresh(made, trained), training.get()))
                    : Optional.empty();
        } catch (BadInputException e) {
            // a recipe of another version: the origin is not known, and nothing else depends on it
            return Optional.empty();
        }
    }

    private static Model fresh(Recipe made, Model trained) {
        Map<String, Shape> shapes = InputShapes.of(trained, 1, Map.of());
        ValueInfo input = trained.graph().requiredInputs().get(0);
        Shape image = java.util.Objects.requireNonNull(shapes.get(input.name()));
        int classes = Math.toIntExact(trained.graph()
                .outputs()
                .get(0)
                .dims()
                .flatMap(d -> d.get(d.size() - 1).isFixed()
                        ? Optional.of(d.get(d.size() - 1).size())
                        : Optional.empty())
                .orElseThrow(() -> new BadInputException("the number of classes is not known")));
        return Zoo.create(
                made.zoo().orElseThrow(),
                Math.toIntExact(image.dim(1)),
                Math.toIntExact(image.dim(2)),
                Math.toIntExact(image.dim(3)),
                classes,
                made.seed());
    }

    private static Optional<Training> training(Recipe recipe) {
        return recipe.steps().get(0).config() instanceof Training t ? Optional.of(t) : Optional.empty();
    }
}
