package espalier.op;

import espalier.graph.Tensor;
import java.util.List;

/** An operator computed on the host. */
interface HostFunction {

    /**
     * The outputs.
     *
     * @throws NotKnown where an input it needs is not known, or its element type is not one for the host
     */
    List<Tensor> outputs(Site site);
}
