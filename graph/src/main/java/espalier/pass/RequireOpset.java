package espalier.pass;

import espalier.graph.BadInputException;
import espalier.graph.Model;

/** Refuses models of operator sets before 7, in which operators broadcast and train in other ways. */
record RequireOpset() implements Pass {
    private static final int OLDEST = 7;

    @Override
    public Model apply(Model model) {
        if (model.opset() < OLDEST) {
            throw BadInputException.of(
                    "uses operator set %d, older than %d: convert it with onnx.version_converter",
                    model.opset(), OLDEST);
        }
        return model;
    }
}
