/**
 * A graph made differentiable on libtorch.
 *
 * <p>Read in this order: {@link espalier.torch.Program} (what a caller sees), {@code Weights} (which constants are learned), {@code
 * Plan} (the steps for one set of input shapes), {@code Kernels} and the tables it collects (one method per ONNX operator, by
 * topic), {@code Layouts} (how tensors lie in memory), {@link espalier.torch.Tensors} (the boundary to host memory), {@link
 * espalier.torch.GraphPart} (training a part of a graph). {@code Tensor} is libtorch's here; the host's is written out.
 */
@NullMarked
package espalier.torch;

import org.jspecify.annotations.NullMarked;
