/**
 * The network as data: a {@link espalier.graph.Model} holds a {@link espalier.graph.Graph} of {@link espalier.graph.Node}s, whose
 * edges are value names.
 *
 * <p>Everything here is immutable; a rewrite returns a new graph that shares what it did not touch. Read in this order: {@link
 * espalier.graph.Tensor}, {@link espalier.graph.Node}, {@link espalier.graph.Graph}, {@link espalier.graph.Edges}, {@link
 * espalier.graph.Model}. Files are read and written by {@code espalier.onnx}; what operators mean is in {@code espalier.op}.
 */
@NullMarked
package espalier.graph;

import org.jspecify.annotations.NullMarked;
