package espalier.torch;

import espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Padding of one axis with copies of its own elements.
 *
 * @param axis which
 * @param index where each element of the padded axis comes from
 */
record PadByIndex(int axis, Tensor index) {

    static List<PadByIndex> of(Site site, long[] begin, long[] end, String mode) {
        Shape x = site.shape(0);
        List<PadByIndex> out = new ArrayList<>();
        for (int a = 0; a < begin.length; a++) {
            if (begin[a] != 0 || end[a] != 0) {
                long[] from = new long[Math.toIntExact(x.dim(a) + begin[a] + end[a])];
                for (int i = 0; i < from.length; i++) {
                    from[i] = source(site, mode, i - begin[a], x.dim(a));
                }
                out.add(new PadByIndex(a, site.constant(espalier.graph.Tensor.longs(from))));
            }
        }
        return out;
    }

    private static long source(Site site, String mode, long i, long size) {
        return switch (mode) {
            case "edge" -> Math.max(0, Math.min(size - 1, i));
            case "wrap" -> Math.floorMod(i, size);
            case "reflect" -> {
                long period = Math.max(1, 2 * (size - 1));
                long at = Math.floorMod(i, period);
                yield at < size ? at : period - at;
            }
            default -> throw site.error("padding mode '%s' is not supported", mode);
        };
    }
}
