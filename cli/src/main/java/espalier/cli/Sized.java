package espalier.cli;

import espalier.graph.Shape;
import espalier.op.Cost;
import java.util.Map;

/**
 * A model and the sizes with which it is measured.
 *
 * @param shapes of its inputs, with a batch of one unless the model was made for another
 */
record Sized(ModelFile file, Map<String, Shape> shapes) {
    Cost cost() {
        return file.cost(shapes);
    }
}
