/**
 * Small rewrites that leave what a model computes as it is, one in a file: its docstring says what it requires, what it ensures and
 * which case it leaves alone. {@link espalier.pass.Passes} lists them in the order in which they are used.
 */
@NullMarked
package espalier.pass;

import org.jspecify.annotations.NullMarked;
