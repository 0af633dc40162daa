package espalier.distill;

import espalier.graph.BadInputException;
import espalier.torch.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Feature maps [N, C, H, W] of a student and a teacher side by side; vectors and sequences are left as they are. */
final class Maps {
    private Maps() {}

    /** A feature of the student and the one of the teacher that it is compared with. */
    record Pair(Tensor student, Tensor teacher) {}

    /** Makes a map smaller. */
    interface Pool {
        Tensor to(Tensor map, long height, long width);
    }

    static Tensor averaged(Tensor map, long height, long width) {
        return torch.adaptive_avg_pool2d(map, height, width);
    }

    static Tensor strongest(Tensor map, long height, long width) {
        return torch.adaptive_max_pool2d(map, height, width).get0();
    }

    /** Pairs, the teacher's without gradient, in which the larger map is pooled to the size of the smaller. */
    static List<Pair> sameSize(List<Tensor> student, List<Tensor> teacher, Pool pool) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < student.size(); i++) {
            pairs.add(sameSize(new Pair(student.get(i), teacher.get(i).detach()), pool));
        }
        return pairs;
    }

    static Pair sameSize(Pair pair, Pool pool) {
        Tensor s = pair.student();
        Tensor t = pair.teacher();
        if (s.dim() != 4 || t.dim() != 4) {
            return pair;
        }
        long height = Math.min(s.size(2), t.size(2));
        long width = Math.min(s.size(3), t.size(3));
        return new Pair(fitted(s, height, width, pool), fitted(t, height, width, pool));
    }

    private static Tensor fitted(Tensor map, long height, long width, Pool pool) {
        return map.size(2) == height && map.size(3) == width ? map : pool.to(map, height, width);
    }

    /** The mean of a distance over pairs of one shape. */
    static Tensor mean(List<Pair> pairs, BiFunction<Tensor, Tensor, Tensor> distance) {
        List<Tensor> all = new ArrayList<>();
        for (Pair p : pairs) {
            requireSame(Tensors.shape(p.student()), Tensors.shape(p.teacher()));
            all.add(distance.apply(p.student(), p.teacher()));
        }
        return Rows.times(sum(all), 1.0 / all.size());
    }

    static Tensor sum(List<Tensor> scalars) {
        return scalars.stream().reduce(Tensor::add).orElseThrow();
    }

    private static void requireSame(long[] student, long[] teacher) {
        if (!Arrays.equals(student, teacher)) {
            throw BadInputException.of(
                    "the student's feature is %s, the teacher's %s: set regressor to linear, or name values of one width",
                    Arrays.toString(student), Arrays.toString(teacher));
        }
    }
}
