package espalier.torch;

import espalier.graph.Shape;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Operators that normalise by mean and variance. */
final class NormalizationKernels {
    private NormalizationKernels() {}

    static void addTo(KernelTable t) {
        t.add("BatchNormalization", NormalizationKernels::batchNormalization);
        t.add("InstanceNormalization", NormalizationKernels::instanceNormalization);
    }

    /**
     * Training: the statistics of the batch normalise and move the running ones, {@code running = momentum * running + (1 -
     * momentum) * batch}, with the variance of the population. Libtorch takes n / (n - 1) times that variance; the running variance
     * is scaled before and after so that ONNX's definition comes out.
     */
    private static Step batchNormalization(Site site) {
        if (site.intAttr("spatial", 1) != 1) {
            throw site.error("statistics per element (spatial=0) are not supported");
        }
        double eps = site.realAttr("epsilon", 1e-5);
        double momentum = 1 - site.realAttr("momentum", 0.9);
        if (!site.training() && !site.flag("training_mode", false)) {
            return Step.one(in -> torch.batch_norm(
                    in[0], some(in[1]), some(in[2]), some(in[3]), some(in[4]), false, momentum, eps, false));
        }
        Shape x = site.shape(0);
        double n = (double) x.elements() / x.dim(1);
        Scalar up = site.scalar(n / Math.max(1, n - 1));
        Scalar down = site.scalar(Math.max(1, n - 1) / n);
        boolean inPlace = site.training();
        return in -> {
            Tensor mean = inPlace ? in[3] : in[3].clone();
            Tensor variance = inPlace ? in[4] : in[4].clone();
            variance.mul_(up);
            Tensor y = torch.batch_norm(
                    in[0], some(in[1]), some(in[2]), some(mean), some(variance), true, momentum, eps, false);
            variance.mul_(down);
            return new Tensor[] {y, mean, variance, mean, variance};
        };
    }

    static TensorOptional some(Tensor t) {
        return new TensorOptional(t);
    }

    private static Step instanceNormalization(Site site) {
        double eps = site.realAttr("epsilon", 1e-5);
        return Step.one(in -> torch.instance_norm(
                in[0], some(in[1]), some(in[2]), new TensorOptional(), new TensorOptional(), true, 0, eps, false));
    }
}
