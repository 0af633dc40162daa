package espalier.runtime;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What each stage took for one sample, lately. Rises at once and falls slowly, so that a deadline is missed rarely; falls while a stage
 * is left out too, so that it is tried again after one slow call. The first run of a stage, for which memory is fetched, tells nothing.
 */
final class StageTimes {
    private static final long NEVER_RUN = -1;
    private static final int RUN = 16;
    /** More slowly, for every try of a stage that is too slow is a late answer. */
    private static final int LEFT_OUT = 64;

    private final AtomicLongArray nanos;

    StageTimes(int stages) {
        nanos = new AtomicLongArray(stages);
        for (int k = 0; k < stages; k++) {
            nanos.set(k, NEVER_RUN);
        }
    }

    /** Nanoseconds for one sample; 0 where nothing is known. */
    long expected(int stage) {
        return Math.max(0, nanos.get(stage));
    }

    void ran(int stage, long perSample) {
        nanos.accumulateAndGet(stage, perSample, (old, seen) -> old == NEVER_RUN ? 0 : Math.max(seen, old - old / RUN));
    }

    void leftOut(int stage) {
        nanos.updateAndGet(stage, old -> old - old / LEFT_OUT);
    }
}
