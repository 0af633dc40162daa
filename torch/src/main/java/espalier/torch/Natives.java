package espalier.torch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * The native libraries. A machine's first start unpacks them, and a second process that starts meanwhile can map one that is half
 * written, which ends the JVM with SIGBUS: so one process loads them after the other.
 */
final class Natives {
    /** The library's number for Intel's MKL, which shares libtorch's threads. */
    private static final int MKL = 2;

    static {
        oneProcessAtATime(Natives::loadAll);
    }

    private Natives() {}

    /** Loading this class loads them, once. */
    static void load() {}

    private static void oneProcessAtATime(Runnable load) {
        try (FileChannel channel = FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            load.run();
        } catch (IOException e) {
            // no writing there, or no locks: then JavaCPP, which writes and locks there as well, unpacks nothing either
            load.run();
        }
    }

    private static Path lockFile() throws IOException {
        return Loader.getCacheDir().toPath().resolve("espalier.lock");
    }

    /**
     * Small matrix products go to OpenBLAS, whose own pool of threads fights with libtorch's for the cores: 24 ms instead of 1.4 for
     * [128,800] x [800,500] on a busy machine with two. It gets one thread; large products run in oneDNN.
     */
    private static void loadAll() {
        Loader.load(openblas_nolapack.class);
        if (org.bytedeco.openblas.presets.openblas_nolapack.blas_get_vendor() != MKL) {
            org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
        }
        Loader.load(torch.class);
    }
}
