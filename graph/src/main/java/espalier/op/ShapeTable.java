package espalier.op;

import org.jspecify.annotations.Nullable;

/**
 * The shape rules of one topic. A switch rather than a map, because a map would link all of its hundred lambdas before the first node
 * is traced, which takes longer than tracing.
 */
interface ShapeTable {

    /** The rule of a standard operator, or null where this topic has none. */
    @Nullable
    ShapeRule rule(String op);
}
