package espalier.dynamic;

import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.width.Widths;
import espalier.work.Against;
import java.util.HashSet;
import java.util.List;

/**
 * Settings of the step {@code slim}: one set of weights for several widths. Yu, Yang, Xu, Yang, Huang: Slimmable Neural Networks, 2019,
 * arXiv:1812.08928, with a batch normalization for each width (section 3.2); the widest learns from the labels and teaches the others:
 * Yu, Huang: Universally Slimmable Networks, 2019, arXiv:1903.05134, section 3.3. Every step trains all widths, so with the narrowest
 * and the widest those of the sandwich rule (section 3.2).
 *
 * @param widths shares of each layer's channels, 1 and narrower
 * @param distill share of the narrower widths' losses that comes from the widest instead of labels
 * @param temperature that softens the widest's answers
 * @param against what the widest learns from
 * @param retrain how the widths are trained
 */
public record Slim(
        @Key("shares of each layer's channels, 1 and narrower, several with commas")
        List<Double> widths,

        @Key("share of the narrower widths' losses that comes from the widest instead of labels")
        double distill,

        @Key("softens the widest's answers") double temperature,
        @Key("what the widest learns from") Against against,
        Training retrain) {
    public Slim() {
        this(
                List.of(1.0, 0.75, 0.5, 0.25),
                1,
                1,
                Against.AUTO,
                new Training().withEpochs(10).withLearningRate(0.05));
    }

    public Slim {
        for (double w : widths) {
            if (!(w > 0 && w <= 1)) {
                throw BadInputException.of("widths must be above 0 and at most 1, got %s", Widths.text(w));
            }
        }
        if (!widths.contains(1.0)) {
            throw new BadInputException("widths must have the whole network among them: add 1");
        }
        if (new HashSet<>(widths).size() < widths.size()) {
            throw BadInputException.of(
                    "widths must be different ones, got %s",
                    String.join(", ", widths.stream().map(Widths::text).toList()));
        }
        if (widths.size() < 2) {
            throw new BadInputException("widths must be two or more: add a narrower one, as 0.5");
        }
        widths = widths.stream().sorted((a, b) -> Double.compare(b, a)).toList();
        if (!(distill >= 0 && distill <= 1)) {
            throw BadInputException.of("distill must lie between 0 and 1, got %s", distill);
        }
        if (!(temperature > 0)) {
            throw BadInputException.of("temperature must be above 0, got %s", temperature);
        }
    }
}
