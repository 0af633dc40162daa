package espalier.factorize;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A layer of the chain that takes a layer's place.
 *
 * @param kernel [out, in of a group, height, width]
 * @param rows whether it has the old kernel's height, and so its stride, padding and dilation along that axis
 * @param columns the same for the width
 * @param groups 1, or as many as inputs
 */
record Part(Tensor kernel, boolean rows, boolean columns, long groups) {
    static Part pointwise(Tensor matrix) {
        return new Part(matrix.reshape(matrix.size(0), matrix.size(1), 1, 1), false, false, 1);
    }

    /** The one kernel that computes what the chain does. */
    static Tensor composed(List<Part> chain) {
        Tensor all = chain.get(0).dense();
        for (Part next : chain.subList(1, chain.size())) {
            Tensor k = next.dense();
            Tensor product = Algebra.einsum("orab,ricd->oiacbd", k, all);
            all = product.reshape(
                    product.size(0),
                    product.size(1),
                    product.size(2) * product.size(3),
                    product.size(4) * product.size(5));
        }
        return all;
    }

    /** Without groups: a kernel of every output over all inputs. */
    private Tensor dense() {
        if (groups == 1) {
            return kernel;
        }
        long each = kernel.size(0) / groups;
        Tensor wide = Algebra.zeros(kernel.size(0), groups, kernel.size(2), kernel.size(3));
        for (long i = 0; i < groups; i++) {
            wide.narrow(0, i * each, each).narrow(1, i, 1).copy_(kernel.narrow(0, i * each, each));
        }
        return wide;
    }
}
