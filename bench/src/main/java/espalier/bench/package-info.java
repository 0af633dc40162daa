/** Benchmarks against other systems; each has a launcher script in {@code bench/}. */
@NullMarked
package espalier.bench;

import org.jspecify.annotations.NullMarked;
