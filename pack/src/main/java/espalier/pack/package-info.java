/**
 * The packed file ({@code .esp}, docs/format.md) and what makes it small. {@link espalier.pack.PackedFile} turns a model into bytes and
 * back; {@link espalier.pack.Clustering} finds the few values that stand for many; {@link espalier.pack.Coder} and its kinds write whole
 * numbers from a small alphabet; {@link espalier.pack.Section} has one tensor.
 */
@NullMarked
package espalier.pack;

import org.jspecify.annotations.NullMarked;
