/** The documentation says what the code does: derived parts are compared, and Java blocks compile. */
@NullMarked
package espalier.docs;

import org.jspecify.annotations.NullMarked;
