package espalier.torch;

import org.bytedeco.pytorch.global.torch;

/** How many cores libtorch may use. */
public final class Threads {
    private Threads() {}

    /** Sets the threads that one operator may use. */
    public static void set(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, not " + threads);
        }
        Natives.load();
        torch.set_num_threads(threads);
    }

    public static int count() {
        Natives.load();
        return torch.get_num_threads();
    }
}
