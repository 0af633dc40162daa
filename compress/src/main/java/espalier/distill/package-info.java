/**
 * Knowledge distillation: a student is trained to be close to a teacher. A {@link espalier.distill.Distillation} says how far apart
 * they are; {@link espalier.distill.Taught} is the training objective made of one.
 */
@NullMarked
package espalier.distill;

import org.jspecify.annotations.NullMarked;
