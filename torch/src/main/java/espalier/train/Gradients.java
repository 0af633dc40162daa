package espalier.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The gradients of one step by parameter; parameters that the loss does not depend on have none. */
record Gradients(Map<String, Tensor> byParameter) {
    /** Keeps the division finite, as in libtorch's own clipping. */
    private static final double TINY = 1e-6;

    static Gradients of(Map<String, Tensor> parameters) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        parameters.forEach((name, p) -> {
            Tensor g = p.grad();
            if (g.defined()) {
                found.put(name, g);
            }
        });
        return new Gradients(found);
    }

    /** The Euclidean norm of all gradients together. */
    double norm() {
        if (byParameter.isEmpty()) {
            return 0;
        }
        TensorVector norms = new TensorVector();
        byParameter.values().forEach(g -> norms.push_back(torch.linalg_vector_norm(g)));
        return torch.linalg_vector_norm(torch.stack(norms)).item_double();
    }

    /** Pascanu, Mikolov, Bengio: On the difficulty of training Recurrent Neural Networks, 2013, arXiv:1211.5063, algorithm 1. */
    void clip(double norm, double most) {
        if (norm > most) {
            Scalar factor = new Scalar(most / (norm + TINY));
            byParameter.values().forEach(g -> g.mul_(factor));
        }
    }

    Optional<String> firstNotFinite() {
        return byParameter.entrySet().stream()
                .filter(e -> !torch.isfinite(e.getValue()).all().item_bool())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The next step starts without gradients, so that none has to be filled with zeros. */
    static void forget(Map<String, Tensor> parameters) {
        parameters.values().forEach(p -> p.mutable_grad().reset());
    }
}
