package espalier.torch;

import espalier.graph.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;
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
        t.add("LayerNormalization", NormalizationKernels::layerNormalization);
        t.add("GroupNormalization", NormalizationKernels::groupNormalization);
        t.add("RMSNormalization", NormalizationKernels::rmsNormalization);
        t.add("LpNormalization", NormalizationKernels::lpNormalization);
        t.add("MeanVarianceNormalization", NormalizationKernels::meanVarianceNormalization);
        t.add("LRN", NormalizationKernels::lrn);
    }

    /**
     * Training, which before opset 14 a node asks for by naming its further outputs: the statistics of the batch normalise and move
     * the running ones, {@code running = momentum * running + (1 - momentum) * batch}, with the variance of the population. Libtorch
     * takes n / (n - 1) times that variance; the running variance is scaled before and after so that ONNX's definition comes out;
     * through {@code data()}, because autograd refuses a backward pass after it sees a saved tensor change.
     */
    private static Step batchNormalization(Site site) {
        if (site.intAttr("spatial", 1) != 1) {
            throw site.error("statistics per element (spatial=0) are not supported");
        }
        double eps = site.realAttr("epsilon", 1e-5);
        double momentum = 1 - site.realAttr("momentum", 0.9);
        boolean trains = site.opset() < 14 ? site.names(1) : site.flag("training_mode", false);
        if (!site.training() && !trains) {
            return Step.one(in -> torch.batch_norm(
                    in[0], some(in[1]), some(in[2]), some(in[3]), some(in[4]), false, momentum, eps, false));
        }
        Shape x = site.shape(0);
        double n = (double) x.elements() / x.dim(1);
        if (site.training() && n < 2) {
            throw site.error("batch statistics need 2 or more elements per channel: use a larger batch");
        }
        Scalar up = site.scalar(n / Math.max(1, n - 1));
        Scalar down = site.scalar(Math.max(1, n - 1) / n);
        boolean inPlace = site.training();
        return in -> {
            Tensor mean = inPlace ? in[3] : in[3].clone();
            Tensor variance = inPlace ? in[4] : in[4].clone();
            variance.data().mul_(up);
            Tensor y = torch.batch_norm(
                    in[0], some(in[1]), some(in[2]), some(mean), some(variance), true, momentum, eps, false);
            variance.data().mul_(down);
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

    /** Over all axes from {@code axis} on; mean and inverse deviation are computed where somebody reads them. */
    private static Step layerNormalization(Site site) {
        Shape x = site.shape(0);
        long[] over = Arrays.copyOfRange(x.toArray(), site.axis(-1), x.rank());
        double eps = site.realAttr("epsilon", 1e-5);
        boolean plain = Shape.of(over).equals(site.shape(1))
                && (!site.has(2) || site.shape(1).equals(site.shape(2)));
        boolean bias = site.has(2);
        if (!site.wants(1) && !site.wants(2)) {
            return Step.one(in -> torch.layer_norm(
                    in[0],
                    over,
                    some(plain ? in[1] : in[1].expand(over)),
                    bias ? some(plain ? in[2] : in[2].expand(over)) : new TensorOptional(),
                    eps,
                    false));
        }
        return in -> {
            var all = torch.native_layer_norm(
                    in[0],
                    over,
                    some(plain ? in[1] : in[1].expand(over)),
                    bias ? some(plain ? in[2] : in[2].expand(over)) : new TensorOptional(),
                    eps);
            return new Tensor[] {all.get0(), all.get1(), all.get2()};
        };
    }

    /** Scale and bias have one element per group in opset 18 and one per channel from 21 on. */
    private static Step groupNormalization(Site site) {
        long groups = site.intAttr("num_groups", 1);
        long channels = site.shape(0).dim(1);
        boolean perGroup = site.opset() < 21 && site.shape(1).elements() == groups;
        double eps = site.realAttr("epsilon", 1e-5);
        return Step.one(in -> torch.group_norm(
                in[0],
                groups,
                some(perGroup ? spread(in[1], groups, channels) : in[1]),
                some(perGroup ? spread(in[2], groups, channels) : in[2]),
                eps,
                false));
    }

    private static Tensor spread(Tensor perGroup, long groups, long channels) {
        return perGroup.view(groups, 1).expand(groups, channels / groups).reshape(channels);
    }

    private static Step rmsNormalization(Site site) {
        long[] over = LongStream.range(site.axis(-1), site.rank(0)).toArray();
        Scalar eps = site.scalarAttr("epsilon", 1e-5);
        return Step.one(in -> {
            Tensor meanSquare = ReduceKernels.mean(in[0].mul(in[0]), over, true);
            return in[0].mul(meanSquare.add(eps).rsqrt()).mul(in[1]);
        });
    }

    /** Zeros stay zeros, as in ONNX Runtime. */
    private static Step lpNormalization(Site site) {
        long[] axis = {site.axis(-1)};
        boolean absolute = site.intAttr("p", 2) == 1;
        Scalar zero = site.scalar(0);
        Scalar one = site.scalar(1);
        return Step.unary(x -> {
            Tensor norm = absolute ? ReduceKernels.sum(x.abs(), axis, true) : ReduceKernels.length(x, axis, true);
            return x.div(torch.masked_fill(norm, torch.eq(norm, zero), one));
        });
    }

    /** (x - mean) / (deviation + 1e-9), as the specification's function body has it. */
    private static Step meanVarianceNormalization(Site site) {
        long[] axes = site.node().intsAttr("axes").orElse(new long[] {0, 2, 3});
        Scalar eps = site.scalar(1e-9);
        return Step.unary(x -> {
            Tensor centred = x.sub(ReduceKernels.mean(x, axes, true));
            Tensor deviation =
                    ReduceKernels.mean(centred.mul(centred), axes, true).sqrt();
            return centred.div(deviation.add(eps));
        });
    }

    /** x / (bias + alpha / size * sum of squares over {@code size} neighbouring channels) ^ beta. */
    private static Step lrn(Site site) {
        long size = site.node().intAttr("size", 1);
        long channels = site.shape(0).dim(1);
        Scalar share = site.scalar(site.realAttr("alpha", 1e-4) / size);
        Scalar bias = site.scalarAttr("bias", 1);
        Scalar beta = site.scalarAttr("beta", 0.75);
        long before = (size - 1) / 2;
        long[] pads = new long[2 * (site.rank(0) - 1)];
        pads[pads.length - 2] = before;
        pads[pads.length - 1] = size - 1 - before;
        return Step.unary(x -> {
            Tensor squares = torch.constant_pad_nd(x.mul(x), pads);
            Tensor sum = squares.narrow(1, 0, channels);
            for (long i = 1; i < size; i++) {
                sum = sum.add(squares.narrow(1, i, channels));
            }
            return x.div(sum.mul(share).add(bias).pow(beta));
        });
    }
}
