/**
 * Networks that hold several widths of themselves on one set of weights. {@link espalier.width.Widths} is what a model's file says of
 * them, and takes one out as a network of its own.
 */
@NullMarked
package espalier.width;

import org.jspecify.annotations.NullMarked;
