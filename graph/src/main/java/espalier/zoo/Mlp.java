package espalier.zoo;

import espalier.graph.BadInputException;
import espalier.zoo.NetworkBuilder.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Flattens the image; then linear layers of the given widths, a ReLU after each; then the logits. */
record Mlp(List<Integer> widths, Extra extra) implements Network {
    private static final String PREFIX = "mlp-";
    private static final int WIDEST = 1 << 20;
    private static final float INPUT_DROPPED = 0.2f;
    private static final float HIDDEN_DROPPED = 0.5f;

    /** LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998, section III.C.2. */
    static final Mlp LENET_300_100 = new Mlp(List.of(300, 100), Extra.NONE);

    /** What there is besides linear layers and ReLU. */
    enum Extra {
        NONE(""),

        /** Batch norm before every ReLU. */
        NORM("bn-"),

        /**
         * Dropout of a fifth of the input and of half of every hidden layer. Hinton, Srivastava, Krizhevsky, Sutskever, Salakhutdinov:
         * Improving neural networks by preventing co-adaptation of feature detectors, 2012, arXiv:1207.0580, section 2.
         */
        DROPOUT("drop-");

        private final String prefix;

        Extra(String prefix) {
            this.prefix = prefix;
        }

        private static Extra of(String widths) {
            return widths.startsWith(NORM.prefix) ? NORM : widths.startsWith(DROPOUT.prefix) ? DROPOUT : NONE;
        }
    }

    /** {@code mlp-500-300}, {@code mlp-bn-500-300} or {@code mlp-drop-500-300}; empty for another key. */
    static Optional<Network> parse(String key) {
        if (!key.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String widths = key.substring(PREFIX.length());
        Extra extra = Extra.of(widths);
        try {
            return Optional.of(new Mlp(
                    Arrays.stream(widths.substring(extra.prefix.length()).split("-", -1))
                            .map(Mlp::width)
                            .toList(),
                    extra));
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "network '" + key + "': write the widths of the hidden layers, 1 to " + WIDEST
                            + ", as in mlp-500-300",
                    e);
        }
    }

    private static int width(String text) {
        int width = Integer.parseInt(text);
        if (width < 1 || width > WIDEST) {
            throw new NumberFormatException(text);
        }
        return width;
    }

    @Override
    public Value build(NetworkBuilder net, Value image, int classes) {
        Value x = net.flatten("flatten", image);
        if (extra == Extra.DROPOUT) {
            x = net.dropout("drop0", x, INPUT_DROPPED);
        }
        for (int i = 0; i < widths.size(); i++) {
            Value y = net.linear("fc" + (i + 1), x, widths.get(i));
            x = net.relu("relu" + (i + 1), extra == Extra.NORM ? net.batchNorm("bn" + (i + 1), y) : y);
            if (extra == Extra.DROPOUT) {
                x = net.dropout("drop" + (i + 1), x, HIDDEN_DROPPED);
            }
        }
        return net.logits("fc" + (widths.size() + 1), x, classes);
    }
}
