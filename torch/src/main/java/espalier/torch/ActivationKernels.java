package espalier.torch;

import espalier.graph.Shape;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Activation functions. */
final class ActivationKernels {
    private ActivationKernels() {}

    static void addTo(KernelTable t) {
        t.add("Relu", ActivationKernels::relu);
        t.unary("Sigmoid", torch::sigmoid);
        t.unary("Tanh", torch::tanh);
        t.unary("Softplus", torch::softplus);
        t.unary("Softsign", torch::softsign);
        t.unary("HardSwish", torch::hardswish);
        t.unary("Mish", torch::mish);
        t.add("LeakyRelu", ActivationKernels::leakyRelu);
        t.add("PRelu", ActivationKernels::pRelu);
        t.add("Elu", ActivationKernels::elu);
        t.add("Selu", ActivationKernels::selu);
        t.add("Celu", ActivationKernels::celu);
        t.add("ThresholdedRelu", ActivationKernels::thresholdedRelu);
        t.add("HardSigmoid", ActivationKernels::hardSigmoid);
        t.add("Gelu", ActivationKernels::gelu);
        t.add("Swish", ActivationKernels::swish);
        t.add("Shrink", ActivationKernels::shrink);
        t.add("Clip", ActivationKernels::clip_6);
        t.add("Clip", 11, ActivationKernels::clip_11);
        t.add("Softmax", site -> softmax_1(site, torch::softmax));
        t.add("Softmax", 13, site -> softmax_13(site, torch::softmax));
        t.add("LogSoftmax", site -> softmax_1(site, torch::log_softmax));
        t.add("LogSoftmax", 13, site -> softmax_13(site, torch::log_softmax));
    }

    /** What an operator in place returns is no handle of its own but a reference to its argument: it is not used. */
    private static Step relu(Site site) {
        if (!site.mayOverwrite(0)) {
            return Step.unary(torch::relu);
        }
        return Step.unary(x -> {
            torch.relu_(x);
            return x;
        });
    }

    private static Step leakyRelu(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 0.01);
        return Step.unary(x -> torch.leaky_relu(x, alpha));
    }

    /** One slope per channel is what libtorch has; other shapes broadcast. Before opset 7 a vector is per channel. */
    private static Step pRelu(Site site) {
        Shape slope = site.shape(1);
        boolean perChannel = slope.elements() == 1
                || (site.opset() < 7 && slope.rank() == 1)
                || (site.rank(0) >= 2
                        && slope.rank() >= site.rank(0) - 1
                        && slope.elements() == site.shape(0).dim(1)
                        && slope.dim(slope.rank() - site.rank(0) + 1) == slope.elements());
        if (perChannel) {
            long n = slope.elements();
            return Step.one(in -> torch.prelu(in[0], in[1].reshape(n)));
        }
        Scalar zero = site.scalar(0);
        return Step.one(in -> torch.where(torch.lt(in[0], zero), in[0].mul(in[1]), in[0]));
    }

    private static Step elu(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 1);
        Scalar one = site.scalar(1);
        return Step.unary(x -> torch.elu(x, alpha, one, one));
    }

    private static Step selu(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 1.67326319217681884765625);
        Scalar gamma = site.scalarAttr("gamma", 1.05070102214813232421875);
        Scalar one = site.scalar(1);
        return Step.unary(x -> torch.elu(x, alpha, gamma, one));
    }

    private static Step celu(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 1);
        return Step.unary(x -> torch.celu(x, alpha));
    }

    private static Step thresholdedRelu(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 1);
        Scalar zero = site.scalar(0);
        return Step.unary(x -> torch.threshold(x, alpha, zero));
    }

    private static Step hardSigmoid(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 0.2);
        Scalar beta = site.scalarAttr("beta", 0.5);
        Scalar one = site.scalar(1);
        ScalarOptional low = site.keep(new ScalarOptional(site.scalar(0)));
        ScalarOptional high = site.keep(new ScalarOptional(one));
        return Step.unary(x -> torch.clamp(x.mul(alpha).add(beta, one), low, high));
    }

    private static Step gelu(Site site) {
        String approximate = site.node().textAttr("approximate", "none");
        return Step.unary(x -> torch.gelu(x, approximate));
    }

    private static Step swish(Site site) {
        Scalar alpha = site.scalarAttr("alpha", 1);
        return Step.unary(x -> x.mul(torch.sigmoid(x.mul(alpha))));
    }

    /** x - bias above lambda, x + bias below -lambda, 0 between. */
    private static Step shrink(Site site) {
        double lambda = site.realAttr("lambd", 0.5);
        Scalar above = site.scalar(lambda);
        Scalar below = site.scalar(-lambda);
        Scalar bias = site.scalarAttr("bias", 0);
        Scalar zero = site.scalar(0);
        return Step.unary(x -> {
            Tensor shrunk = torch.where(torch.gt(x, above), x.sub(bias), x.add(bias));
            Tensor between = torch.logical_and(torch.le(x, above), torch.ge(x, below));
            return torch.masked_fill(shrunk, between, zero).to(x.scalar_type());
        });
    }

    private static Step clip_6(Site site) {
        return clamp(
                site,
                Optional.of(site.realAttr("min", -Float.MAX_VALUE)),
                Optional.of(site.realAttr("max", Float.MAX_VALUE)));
    }

    private static Step clip_11(Site site) {
        boolean low = site.has(1);
        boolean high = site.has(2);
        if ((!low || site.known(1).isPresent())
                && (!high || site.known(2).isPresent())
                && site.dtype(0).isFloating()) {
            return clamp(
                    site, site.known(1).map(t -> t.doubleAt(0)), site.known(2).map(t -> t.doubleAt(0)));
        }
        if (!low && !high) {
            return Step.pass();
        }
        return Step.one(in -> torch.clamp(
                in[0],
                low ? new TensorOptional(in[1]) : new TensorOptional(),
                high ? new TensorOptional(in[2]) : new TensorOptional()));
    }

    private static Step clamp(Site site, Optional<Double> low, Optional<Double> high) {
        if (low.isEmpty() && high.isEmpty()) {
            return Step.pass();
        }
        if (low.isPresent() && high.isPresent() && low.get() < high.get()) {
            return hardTanh(site, site.scalar(low.get()), site.scalar(high.get()));
        }
        ScalarOptional min = limit(site, low);
        ScalarOptional max = limit(site, high);
        return Step.unary(x -> torch.clamp(x, min, max));
    }

    /**
     * What a clamp gives, in half of its time backwards: one pass where that has a mask and a choice. At a bound itself, where both
     * slopes are right, it has none.
     */
    private static Step hardTanh(Site site, Scalar low, Scalar high) {
        if (!site.mayOverwrite(0)) {
            return Step.unary(x -> torch.hardtanh(x, low, high));
        }
        return Step.unary(x -> {
            torch.hardtanh_(x, low, high);
            return x;
        });
    }

    private static ScalarOptional limit(Site site, Optional<Double> value) {
        return site.keep(value.map(v -> new ScalarOptional(site.scalar(v))).orElseGet(ScalarOptional::new));
    }

    /** Before opset 13 all axes from {@code axis} on count as one. */
    private static Step softmax_1(Site site, AlongAxis f) {
        Shape x = site.shape(0);
        int axis = site.axis(1);
        if (axis == x.rank() - 1) {
            return Step.unary(t -> f.apply(t, axis));
        }
        long rows = 1;
        for (int i = 0; i < axis; i++) {
            rows *= x.dim(i);
        }
        long[] flat = {rows, x.elements() / Math.max(1, rows)};
        long[] dims = x.toArray();
        return Step.unary(t -> f.apply(t.reshape(flat), 1).view(dims));
    }

    private static Step softmax_13(Site site, AlongAxis f) {
        int axis = site.axis(-1);
        return Step.unary(x -> f.apply(x, axis));
    }

    private interface AlongAxis {
        Tensor apply(Tensor x, long axis);
    }
}
