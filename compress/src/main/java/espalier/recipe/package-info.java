/**
 * Recipes and their runs. {@link espalier.recipe.Recipe} is the file, {@link espalier.recipe.StepKind} the list of steps there are,
 * {@link espalier.recipe.Compression} runs a recipe in a {@link espalier.recipe.RunFolder}, step by step, and goes on where it was
 * stopped, {@link espalier.recipe.Report} is what came of it.
 */
@NullMarked
package espalier.recipe;

import org.jspecify.annotations.NullMarked;
