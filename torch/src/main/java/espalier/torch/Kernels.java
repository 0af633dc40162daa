package espalier.torch;

import espalier.graph.Node;
import java.util.Optional;
import java.util.Set;

/** All operators a program can run. */
final class Kernels {
    private static final KernelTable TABLE = new KernelTable();

    static {
        ConvolutionKernels.addTo(TABLE);
        LinearKernels.addTo(TABLE);
        NormalizationKernels.addTo(TABLE);
        ActivationKernels.addTo(TABLE);
        PoolKernels.addTo(TABLE);
        ElementwiseKernels.addTo(TABLE);
        ReduceKernels.addTo(TABLE);
        ShapeKernels.addTo(TABLE);
        SelectionKernels.addTo(TABLE);
        IndexKernels.addTo(TABLE);
        OrderKernels.addTo(TABLE);
        ResizeKernels.addTo(TABLE);
        QuantizationKernels.addTo(TABLE);
        LossKernels.addTo(TABLE);
    }

    private Kernels() {}

    static Optional<Kernel> of(Node node, int opset) {
        return TABLE.find(node, opset);
    }

    static Set<String> operators() {
        return TABLE.operators();
    }
}
