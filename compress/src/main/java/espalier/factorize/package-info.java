/**
 * Layers in other shapes. {@link espalier.factorize.Factorization} is the step: it takes {@link espalier.factorize.Target}s out of a
 * graph, chooses ranks ({@link espalier.factorize.Ranks}), splits kernels ({@link espalier.factorize.Decomposition}, a method a file) and
 * puts the {@link espalier.factorize.Part}s back as a chain of layers whose last one makes the value that the old one made.
 */
@NullMarked
package espalier.factorize;

import org.jspecify.annotations.NullMarked;
