package espalier.work;

import espalier.torch.Program;
import espalier.train.Objective;
import espalier.train.Parametrization;

/** How a retraining differs from a plain one. */
public interface Variation {
    /** In nothing. */
    Variation NONE = new Variation() {};

    /** What training sees of weights. */
    default Parametrization parametrization() {
        return Parametrization.NONE;
    }

    /** What training makes small, given what it would be otherwise and the network in training. */
    default Objective objective(Objective plain, Program program) {
        return plain;
    }
}
