package espalier.data;

import java.util.SplittableRandom;

/** Independent random streams from one seed, by purpose, so that no generator's state has to be saved. */
final class Seeds {
    static final long SHUFFLE = 1;
    static final long AUGMENT = 2;
    static final long SPLIT = 3;

    private Seeds() {}

    /** The stream that belongs to a seed and a path such as (purpose, epoch, sample). */
    static SplittableRandom stream(long seed, long... path) {
        long s = seed;
        for (long step : path) {
            s = mix(s ^ mix(step + 0x9E3779B97F4A7C15L));
        }
        return new SplittableRandom(s);
    }

    /** The numbers from 0 to {@code n}, exclusive, in random order (Fisher and Yates). */
    static int[] permutation(int n, SplittableRandom random) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            p[i] = p[j];
            p[j] = i;
        }
        return p;
    }

    /** Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014: the finalizer of SplitMix64. */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
