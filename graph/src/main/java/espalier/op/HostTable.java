package espalier.op;

import org.jspecify.annotations.Nullable;

/** The host functions of one topic; a switch for the reason of {@link ShapeTable}. */
interface HostTable {

    /** The function of a standard operator, or null where this topic has none. */
    @Nullable
    HostFunction function(String op);
}
