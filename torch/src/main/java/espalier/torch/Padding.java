package espalier.torch;

import espalier.op.Window;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Padding of the spatial axes in front of a window operator whose own padding cannot express it: different at both ends, or
 * reaching as far as the last window of a rounded-up size.
 *
 * @param amounts begin and end by axis, the last axis first, as libtorch takes them
 * @param value what is put there
 */
record Padding(long[] amounts, Scalar value) {

    static boolean isSymmetric(Window w) {
        return Arrays.equals(w.begin(), w.end()) && Arrays.stream(w.begin()).allMatch(p -> p >= 0);
    }

    /** The pads of the window as they are declared. */
    static Padding around(Site site, Window w, double value) {
        return of(site, w.begin(), w.end(), value);
    }

    /** Pads up to the end of the last window, so that all windows lie inside. */
    static Padding covering(Site site, Window w, double value) {
        return of(site, w.begin(), covered(site, w), value);
    }

    static Padding of(Site site, long[] begin, long[] end, double value) {
        int n = begin.length;
        long[] amounts = new long[2 * n];
        for (int i = 0; i < n; i++) {
            amounts[2 * (n - 1 - i)] = begin[i];
            amounts[2 * (n - 1 - i) + 1] = end[i];
        }
        return new Padding(amounts, site.scalar(value));
    }

    /** Padding behind the input such that the last window just fits; negative where the windows leave elements out. */
    static long[] covered(Site site, Window w) {
        long[] end = new long[w.end().length];
        for (int i = 0; i < end.length; i++) {
            long reach = (w.output()[i] - 1) * w.strides()[i] + w.span(i);
            end[i] = reach - w.begin()[i] - site.shape(0).dim(i + 2);
        }
        return end;
    }

    boolean isNothing() {
        return Arrays.stream(amounts).allMatch(a -> a == 0);
    }

    Tensor apply(Tensor x) {
        return isNothing() ? x : torch.constant_pad_nd(x, amounts, value);
    }
}
