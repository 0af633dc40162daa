package espalier.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses as operators. */
final class LossKernels {
    /** Stands for "no class is ignored": no label has this value. */
    private static final long NONE = Long.MIN_VALUE;

    private LossKernels() {}

    static void addTo(KernelTable t) {
        t.add("NegativeLogLikelihoodLoss", LossKernels::negativeLogLikelihood);
        t.add("SoftmaxCrossEntropyLoss", LossKernels::softmaxCrossEntropy);
    }

    private static Step negativeLogLikelihood(Site site) {
        return Step.one(in -> loss(site, in[0], in));
    }

    private static Step softmaxCrossEntropy(Site site) {
        return in -> {
            Tensor logProbabilities = torch.log_softmax(in[0], 1);
            return new Tensor[] {loss(site, logProbabilities, in), logProbabilities};
        };
    }

    private static Tensor loss(Site site, Tensor logProbabilities, Tensor[] in) {
        long reduction = switch (site.node().textAttr("reduction", "mean")) {
            case "none" -> 0;
            case "mean" -> 1;
            default -> 2;
        };
        TensorOptional weights = site.has(2) ? new TensorOptional(in[2]) : new TensorOptional();
        return torch.nll_loss_nd(
                logProbabilities,
                in[1].to(torch.ScalarType.Long),
                weights,
                reduction,
                site.intAttr("ignore_index", NONE));
    }
}
