package espalier.dynamic;

import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.width.Widths;
import espalier.work.MayTrain;
import espalier.work.Outcome;
import java.util.List;

/**
 * The step {@code width}: one width of a network that has several, as a network of its own.
 *
 * @param of which of its widths
 */
public record Width(@Key("which of its widths, as 0.5") double of) implements MayTrain {
    public Width() {
        this(1);
    }

    @Override
    public boolean trains() {
        return false;
    }

    public Outcome take(Model model) {
        Widths widths = Widths.of(model)
                .orElseThrow(() ->
                        new BadInputException("the network has one width only: give it several with the step 'slim'"));
        return new Outcome(widths.network(model, widths.indexOf(of)), List.of());
    }
}
