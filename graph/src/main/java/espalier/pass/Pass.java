package espalier.pass;

import espalier.graph.Model;

/** A rewrite of a model into one that computes the same. */
@FunctionalInterface
public interface Pass {
    Model apply(Model model);
}
