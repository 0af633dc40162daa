package espalier.torch;

import org.bytedeco.pytorch.global.torch;

/** How many cores libtorch may use. */
public final class Threads {
    private Threads() {}

    /**
     * Sets the threads of one operator. Matrix products that oneDNN does not run go to OpenBLAS, whose own pool fights with this
     * one: it is switched off by {@code OPENBLAS_NUM_THREADS=1} in the environment, before the JVM starts.
     */
    public static void set(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
        torch.set_num_threads(threads);
    }

    public static int count() {
        return torch.get_num_threads();
    }
}
