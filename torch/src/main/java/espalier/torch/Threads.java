package espalier.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** How many cores libtorch may use. */
public final class Threads {
    /** The library's number for Intel's MKL, which shares libtorch's threads. */
    private static final int MKL = 2;

    private Threads() {}

    /** Sets the threads that one operator may use. */
    public static void set(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
        Blas.init();
        torch.set_num_threads(threads);
    }

    public static int count() {
        return torch.get_num_threads();
    }

    /**
     * Small matrix products go to OpenBLAS, whose own pool of threads fights with libtorch's for the cores: 24 ms instead of 1.4 for
     * [128,800] x [800,500] on a busy machine with two. It gets one thread; large products run in oneDNN.
     */
    static final class Blas {
        static {
            Loader.load(openblas_nolapack.class);
            if (org.bytedeco.openblas.presets.openblas_nolapack.blas_get_vendor() != MKL) {
                org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
            }
        }

        private Blas() {}

        /** Loading this class does it, once. */
        static void init() {}
    }
}
