package espalier.bench;

import java.util.List;

/**
 * A published result and what we make of it.
 *
 * @param key as {@code ./bench/reproduce} takes it
 * @param summary one line
 * @param shows what its table in the documentation is about
 * @param studies networks and what is done to them
 */
record Case(String key, String summary, Shows shows, List<Study> studies) {
    Case(String key, String summary, List<Study> studies) {
        this(key, summary, Shows.SPEED, studies);
    }

    /** What a table is about, besides errors. */
    enum Shows {
        /** Weights, multiply-adds, latency, and the same shape from other weights. */
        CONTROLS,
        /** The packed file. */
        BYTES,
        /** Networks that were trained, not changed. */
        ACCURACY,
        /** Weights, multiply-adds and latency. */
        SPEED
    }
}
