package espalier.op;

import java.util.List;

/** The types of an operator's outputs from those of its inputs. */
interface ShapeRule {

    /**
     * Types by output position; may be shorter or longer than the list of outputs the node names.
     *
     * @throws NotKnown where they depend on something unknown
     * @throws espalier.graph.BadInputException where the inputs do not fit the operator
     */
    List<TensorType> outputs(Site site);
}
