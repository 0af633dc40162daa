package espalier.quantize;

import espalier.config.Key;
import espalier.graph.BadInputException;
import espalier.train.Training;
import espalier.work.Against;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Settings of the step {@code cluster}. Han, Mao, Dally: Deep Compression, 2016, arXiv:1510.00149, section 3.
 *
 * @param bits b: a layer's weights get 2^b values; zeros stay zeros and need none of them
 * @param biasBits the same for biases and other vectors; 0 leaves them alone
 * @param start how the values are found
 * @param perChannel whether every filter has values of its own, in layers whose filters are rows of their weight
 * @param reassign when weights may move to another value
 * @param half whether values end as half floats, which take 2 bytes each
 * @param tune whether the values are trained afterwards
 * @param maxBytes bits are taken from the least sensitive layers until the packed file is not larger
 * @param maxDrop bits are taken from the least sensitive layers as long as no more of the accuracy, 0..1, is lost before tuning
 * @param include patterns of layers; empty means all
 * @param exclude patterns of layers to leave alone
 * @param against what the network is brought back against
 * @param retrain how the values are trained
 */
public record Cluster(
        @Key(
                "a layer's weights get 2^bits values, 1 to 8, zeros stay zeros; max-bytes and max-drop begin at 8 and take from there")
        int bits,

        @Key("the same for biases and other vectors, 0 to leave them alone")
        int biasBits,

        @Key("how the values are found") Start start,
        @Key("values of its own for every filter") boolean perChannel,

        @Key("when weights may move to another value") Reassign reassign,
        @Key("end with values that are half floats") boolean half,
        @Key("train the values afterwards") boolean tune,

        @Key("take bits from the least sensitive layers until the packed file has no more bytes")
        OptionalLong maxBytes,

        @Key("take bits from the least sensitive layers while no more accuracy is lost, as 1%, before training")
        OptionalDouble maxDrop,

        @Key("only layers whose name matches, * for any text, several with commas")
        List<String> include,

        @Key("not the layers whose name matches") List<String> exclude,

        @Key("what the clustered network is brought back against")
        Against against,

        Training retrain) {
    static final int MOST_BITS = 8;

    /** How the values of a layer are found. */
    public enum Start {
        /** The optimum. */
        EXACT,
        /** Lloyd's rounds from values at equal distances. */
        LINEAR,
        /** Lloyd's rounds from values with equally many weights between them. */
        DENSITY,
        /** Lloyd's rounds from some of the weights. */
        RANDOM
    }

    /** When a weight may change the value it has. */
    public enum Reassign {
        NEVER,
        /** Before each epoch; the weights behind the values learn too. */
        EPOCH
    }

    public Cluster() {
        this(
                5,
                0,
                Start.EXACT,
                false,
                Reassign.NEVER,
                true,
                true,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                List.of(),
                List.of(),
                Against.AUTO,
                new Training().withEpochs(3).withLearningRate(0.01));
    }

    public Cluster {
        requireBits("bits", bits, 1);
        requireBits("bias-bits", biasBits, 0);
        if (perChannel && reassign == Reassign.EPOCH) {
            throw new BadInputException("per-channel and reassign: epoch cannot go together: leave one of them out");
        }
        maxBytes.ifPresent(b -> {
            if (b < 1) {
                throw BadInputException.of("max-bytes must be 1 or more, got %d", b);
            }
        });
        maxDrop.ifPresent(d -> {
            if (!(d >= 0 && d < 1)) {
                throw BadInputException.of("max-drop must be 0 or more and below 1, got %s", d);
            }
        });
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    private static void requireBits(String key, int bits, int least) {
        if (bits < least || bits > MOST_BITS) {
            throw BadInputException.of("%s must be %d to %d, got %d", key, least, MOST_BITS, bits);
        }
    }

    boolean hasGoal() {
        return maxBytes.isPresent() || maxDrop.isPresent();
    }
}
