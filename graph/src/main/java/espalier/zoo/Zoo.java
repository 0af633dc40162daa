package espalier.zoo;

import espalier.config.Nearest;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.graph.Shape;
import java.util.List;
import java.util.Optional;

/** The networks that can be made from nothing. */
public final class Zoo {
    private static final String LENET = "LeCun, Bottou, Bengio, Haffner, 1998";
    private static final String VGG = "Simonyan, Zisserman, 2014, arXiv:1409.1556";
    private static final String RESNET = "He, Zhang, Ren, Sun, 2015, arXiv:1512.03385";
    private static final String SHUFFLE_V1 = "Zhang, Zhou, Lin, Sun, 2017, arXiv:1707.01083";

    private static final List<Entry> ALL = List.of(
            new Entry(
                    new Listing(
                            "mlp-500-300",
                            "linear layers of any widths, ReLU between them; mlp-bn-500-300 with batch norm, mlp-drop-500-300 with dropout",
                            "",
                            false),
                    Mlp::parse),
            Entry.fixed("lenet300-100", "two hidden layers, 266,200 weights", LENET, Mlp.LENET_300_100),
            Entry.fixed(
                    "lenet5", "two convolutions, two linear layers, as in Caffe, 430,500 weights", LENET, new LeNet5()),
            Entry.fixed(
                    "lenet-bn",
                    "32 and 64 filters, 512 hidden neurons, batch norm",
                    "Li et al.: Ternary Weight Networks, 2016, arXiv:1605.04711",
                    new LeNetNorm()),
            Entry.fixed(
                    "b-lenet",
                    "three convolutions, two linear layers, a place for an early exit",
                    "Teerapittayanon, McDanel, Kung: BranchyNet, 2016, arXiv:1709.01686",
                    new BranchyLeNet()),
            Entry.scaling("vgg11", "8 convolutions with batch norm", VGG, Vgg::vgg11),
            Entry.scaling("vgg16", "13 convolutions with batch norm", VGG, Vgg::vgg16),
            Entry.scaling("resnet8", "3 residual blocks, small images", RESNET, w -> ResNet.ofDepth(8, w)),
            Entry.scaling("resnet20", "9 residual blocks, small images", RESNET, w -> ResNet.ofDepth(20, w)),
            Entry.scaling("resnet32", "15 residual blocks, small images", RESNET, w -> ResNet.ofDepth(32, w)),
            Entry.scaling("resnet56", "27 residual blocks, small images", RESNET, w -> ResNet.ofDepth(56, w)),
            Entry.scaling(
                    "squeezenet",
                    "8 fire modules: squeeze to few channels, expand by 1x1 and 3x3",
                    "Iandola et al., 2016, arXiv:1602.07360",
                    SqueezeNet::new),
            Entry.scaling(
                    "mobilenetv1",
                    "depthwise and pointwise convolutions",
                    "Howard et al., 2017, arXiv:1704.04861",
                    MobileNetV1::new),
            Entry.scaling(
                    "mobilenetv2",
                    "inverted residuals with linear bottlenecks",
                    "Sandler et al., 2018, arXiv:1801.04381",
                    MobileNetV2::new),
            Entry.scaling(
                    "shufflenetv1",
                    "grouped pointwise convolutions, 3 groups, channel shuffle",
                    SHUFFLE_V1,
                    w -> new ShuffleNetV1(3, w)),
            Entry.scaling("shufflenetv1-g8", "the same in 8 groups", SHUFFLE_V1, w -> new ShuffleNetV1(8, w)),
            Entry.scaling(
                    "shufflenetv2",
                    "split, convolve one half, shuffle",
                    "Ma, Zhang, Zheng, Sun, 2018, arXiv:1807.11164",
                    ShuffleNetV2::new),
            Entry.scaling(
                    "xception",
                    "residual blocks of separable convolutions",
                    "Chollet, 2016, arXiv:1610.02357",
                    Xception::new));

    private Zoo() {}

    /** All keys, in the order of the list; {@code mlp-500-300} stands for any widths. */
    public static List<String> names() {
        return ALL.stream().map(e -> e.listing().key()).toList();
    }

    /** The list. */
    public static List<Listing> describe() {
        return ALL.stream().map(Entry::listing).toList();
    }

    /**
     * A network with fresh weights: input {@code input} of float[N,channels,height,width], output {@code logits} of float[N,classes],
     * opset 17.
     *
     * @param key one of {@link #names()}, possibly with a width factor, or an {@code mlp-} with other widths
     * @param seed of the weights; the same seed gives the same bits
     * @throws BadInputException for an unknown key, or images too small for the network
     */
    public static Model create(String key, int channels, int height, int width, int classes, long seed) {
        if (channels < 1 || height < 1 || width < 1 || classes < 1) {
            throw BadInputException.of(
                    "%s: %d channels, %dx%d pixels, %d classes: give 1 or more of each",
                    key, channels, height, width, classes);
        }
        return NetworkBuilder.build(key, find(key), Shape.of(channels, height, width), classes, seed);
    }

    private static Network find(String key) {
        return ALL.stream()
                .map(e -> e.match().apply(key))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> unknown(key));
    }

    private static BadInputException unknown(String key) {
        int at = key.indexOf('@');
        String base = at < 0 ? key : key.substring(0, at);
        if (names().contains(base)) {
            return BadInputException.of(
                    "network '%s': %s has no width factor: leave '%s' out", key, base, key.substring(at));
        }
        return new BadInputException("unknown network '" + key + "'" + Nearest.hint(base, names()));
    }
}
