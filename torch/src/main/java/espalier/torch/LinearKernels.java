package espalier.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Matrix products. */
final class LinearKernels {
    private LinearKernels() {}

    static void addTo(KernelTable t) {
        t.add("Gemm", LinearKernels::gemm);
        t.add("MatMul", LinearKernels::matMul);
        t.add("Einsum", LinearKernels::einsum);
    }

    private static Step gemm(Site site) {
        double alpha = site.realAttr("alpha", 1);
        double beta = site.realAttr("beta", 1);
        boolean transA = site.flag("transA", false);
        boolean transB = site.flag("transB", false);
        boolean c = site.has(2);
        boolean bias = !c || (beta == 1 && isRow(site));
        if (alpha == 1 && !transA && bias) {
            Linear linear = Linear.of(site, site.shape(0).dim(0));
            return Step.one(in -> linear.apply(in[0], transB ? in[1] : in[1].t(), c ? in[2] : null));
        }
        Scalar a = site.scalar(alpha);
        Scalar b = site.scalar(beta);
        return Step.one(in -> {
            Tensor y = torch.matmul(transA ? in[0].t() : in[0], transB ? in[1].t() : in[1]);
            Tensor scaled = alpha == 1 ? y : y.mul(a);
            return c ? scaled.add(beta == 1 ? in[2] : in[2].mul(b)) : scaled;
        });
    }

    /** Whether C has one element per output unit. */
    private static boolean isRow(Site site) {
        return site.rank(2) == 1
                && site.shape(2).dim(0) == site.output().dim(1)
                && site.output().elements() > 0;
    }

    /** A matrix on the right is a linear layer over the last axis. */
    private static Step matMul(Site site) {
        if (site.rank(1) != 2 || site.rank(0) < 2 || site.output().elements() == 0) {
            return Step.one(in -> torch.matmul(in[0], in[1]));
        }
        long width = site.shape(0).dim(-1);
        long rows = site.shape(0).elements() / Math.max(1, width);
        boolean flat = site.rank(0) == 2;
        long[] dims = site.output().toArray();
        Linear linear = Linear.of(site, rows);
        return Step.one(in -> {
            Tensor y = linear.apply(flat ? in[0] : in[0].reshape(rows, width), in[1].t(), null);
            return flat ? y : y.view(dims);
        });
    }

    private static Step einsum(Site site) {
        String equation = site.node().textAttr("equation", "").replace(" ", "");
        return Step.one(in -> torch.einsum(equation, new TensorVector(in)));
    }
}
