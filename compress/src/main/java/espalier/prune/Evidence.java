package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.graph.Model;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What importances judge by: the weights of a network, and what it does on data. */
public interface Evidence {
    /** The network that is judged. */
    Model model();

    /** The elements of an initializer in row-major order. */
    float[] weights(String initializer);

    /**
     * Gradients of the loss on batches of training data, one batch after the other: with the labels or, where there are none, with
     * the classes that the original network predicts.
     *
     * @param batches how many
     * @param each gets the gradient of an initializer by name, of as many elements as its weights
     */
    void gradients(int batches, Consumer<Function<String, float[]>> each);

    /**
     * How active units are on training data: for each group and unit the share of values that are not zero, 0..1, behind the
     * activations that follow, or where the next layers read them if none does.
     *
     * @param samples how many
     */
    List<double[]> activity(List<ChannelGroup> groups, int samples);

    /** From which random choices follow. */
    long seed();
}
