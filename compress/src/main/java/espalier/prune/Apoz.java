package espalier.prune;

import espalier.channel.ChannelGroup;
import espalier.config.Key;
import espalier.config.Method;
import espalier.graph.BadInputException;
import java.util.List;

/**
 * Average percentage of zeros. Hu, Peng, Tai, Tang: Network Trimming, 2016, arXiv:1607.03250.
 *
 * <p>APoZ_c = share of zeros among the outputs of channel c behind its activation, over all positions and samples (equation 1). The
 * channel with the most zeros matters least, so the score is 1 - APoZ_c.
 *
 * @param samples images of the training data to look at
 */
@Method(
        key = "apoz",
        summary = "how rarely the channel is zero behind its activation, on data",
        paper = "Hu et al.: Network Trimming, 2016, arXiv:1607.03250")
public record Apoz(
        @Key("samples of the training data to look at") int samples) implements Importance {
    public Apoz() {
        this(1000);
    }

    public Apoz {
        if (samples < 1) {
            throw BadInputException.of("samples must be at least 1, got %d", samples);
        }
    }

    @Override
    public List<double[]> ofUnits(List<ChannelGroup> groups, Evidence evidence) {
        return evidence.activity(groups, samples);
    }

    @Override
    public boolean readsData() {
        return true;
    }
}
