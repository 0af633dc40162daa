package espalier.factorize;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;

/**
 * How the kernel W [O,I,H,W] of a layer becomes a chain of smaller ones. A linear layer is a kernel of one position, and those are
 * always split by {@link Svd}, except by a method that needs more. Each group of a grouped convolution is split on its own.
 *
 * <p>Tensors are in double precision and belong to the caller's {@code PointerScope}.
 */
public sealed interface Decomposition permits Svd, Spatial, Tucker2, Cp, Separable {
    /** Matrices whose ranks are to be chosen, one for each rank, with the rows and columns of the kernel's elements. */
    List<Tensor> unfoldings(Tensor kernel);

    /** The highest rank for each unfolding; with all of them the chain computes what the kernel does. */
    int[] full(long[] kernel);

    /** How many weights the chain has, known before it is found. */
    long weights(long[] kernel, int[] ranks);

    /**
     * The chain, from the layer's input to its output.
     *
     * @param ranks from 1 to {@link #full}
     */
    List<Part> parts(Tensor kernel, int[] ranks);

    /** The rank, where it is a setting of the method and no rule chooses it. */
    default OptionalInt ownRank() {
        return OptionalInt.empty();
    }

    /** What splits kernels of one position instead; empty where nothing does. */
    default Optional<Decomposition> ofPoints() {
        return Optional.of(new Svd());
    }

    /** Whether the chain begins with kernels over all inputs, so that inputs can be weighted by what data say about them. */
    default boolean mixesInputs() {
        return true;
    }
}
