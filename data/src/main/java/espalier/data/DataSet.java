package espalier.data;

import java.util.List;

/**
 * Samples by number, each with its inputs and, where there are labels, its class. Reading is free of side effects and may happen on
 * several threads. Images are channels first, their bytes divided by 255.
 */
public interface DataSet {
    /** The file, folder or catalog name it came from, as messages call it. */
    String name();

    /** Number of samples. */
    int size();

    /** What a sample consists of; at least one. */
    List<InputSpec> inputs();

    /** Names of the classes by label; empty where there are no labels. */
    List<String> classNames();

    /** The class of a sample, from 0; -1 where there are no labels. */
    long label(int sample);

    /** Writes one input of a sample, row-major, to {@code into} from {@code offset} on; whole numbers are converted. */
    void fill(int sample, int input, float[] into, int offset);

    /** As {@link #fill(int, int, float[], int)} for an input of whole numbers. */
    default void fill(int sample, int input, long[] into, int offset) {
        throw new IllegalStateException(name() + ": input " + input + " does not hold whole numbers");
    }

    default boolean labelled() {
        return !classNames().isEmpty();
    }

    default int classes() {
        return classNames().size();
    }
}
