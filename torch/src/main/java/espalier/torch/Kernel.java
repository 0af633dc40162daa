package espalier.torch;

/** What an operator computes: binds a node to the shapes of one plan. */
@FunctionalInterface
interface Kernel {
    /**
     * @throws espalier.graph.BadInputException where the node uses a form that is not supported
     */
    Step bind(Site site);
}
