package espalier.data;

import espalier.graph.BadInputException;

/**
 * How samples become batches.
 *
 * @param size samples in a batch; the last one may have fewer
 * @param seed of order and augmentation
 * @param shuffle whether every epoch has an order of its own
 * @param dropLast whether a last batch of fewer samples is left out
 * @param augmentation of images
 * @param normalization after augmentation
 */
public record Batching(
        int size,
        long seed,
        boolean shuffle,
        boolean dropLast,
        Augmentation augmentation,
        Normalization normalization) {
    public Batching() {
        this(128, 0, false, false, Augmentation.NONE, Normalization.NONE);
    }

    public Batching {
        if (size < 1) {
            throw BadInputException.of("batch size %d: give 1 or more", size);
        }
    }

    /** In the order of the data set, every sample once: for measuring. */
    public static Batching inOrder(int size, Normalization normalization) {
        return new Batching(size, 0, false, false, Augmentation.NONE, normalization);
    }

    /** Shuffled, without the incomplete last batch: for training. */
    public static Batching shuffled(int size, long seed, Augmentation augmentation, Normalization normalization) {
        return new Batching(size, seed, true, true, augmentation, normalization);
    }
}
