package espalier.train;

/** Seeds of libtorch's generator, derived from one seed by purpose and place, so that no generator's state has to be saved. */
enum Seeds {
    /** Noise inside the network while it trains, such as dropout. */
    NOISE;

    /** The seed for a place such as (epoch, step). */
    long at(long seed, long... place) {
        long s = mix(seed ^ mix(ordinal() + 1));
        for (long p : place) {
            s = mix(s ^ mix(p + 0x9E3779B97F4A7C15L));
        }
        return s;
    }

    /** Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014: the finalizer of SplitMix64. */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
