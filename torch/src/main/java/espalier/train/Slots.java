package espalier.train;

import org.bytedeco.pytorch.Tensor;

/** What an optimizer remembers of one parameter. */
@FunctionalInterface
public interface Slots {
    /** The tensor of that name, of the parameter's shape; zeros at first, and kept from step to step. */
    Tensor of(String name);
}
