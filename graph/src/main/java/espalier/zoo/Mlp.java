package espalier.zoo;

import espalier.graph.BadInputException;
import espalier.zoo.NetworkBuilder.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Flattens the image; then linear layers of the given widths, a ReLU after each, with batch norm before it if wanted; then the logits. */
record Mlp(List<Integer> widths, boolean norm) implements Network {
    private static final String PREFIX = "mlp-";
    private static final String NORM = "bn-";
    private static final int WIDEST = 1 << 20;

    /** LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998, section III.C.2. */
    static final Mlp LENET_300_100 = new Mlp(List.of(300, 100), false);

    /** {@code mlp-500-300} or {@code mlp-bn-500-300}; empty for another key. */
    static Optional<Network> parse(String key) {
        if (!key.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String widths = key.substring(PREFIX.length());
        boolean norm = widths.startsWith(NORM);
        try {
            return Optional.of(new Mlp(
                    Arrays.stream(widths.substring(norm ? NORM.length() : 0).split("-", -1))
                            .map(Mlp::width)
                            .toList(),
                    norm));
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
        for (int i = 0; i < widths.size(); i++) {
            Value y = net.linear("fc" + (i + 1), x, widths.get(i));
            x = net.relu("relu" + (i + 1), norm ? net.batchNorm("bn" + (i + 1), y) : y);
        }
        return net.logits("fc" + (widths.size() + 1), x, classes);
    }
}
