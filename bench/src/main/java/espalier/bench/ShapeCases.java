package espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cases of networks in other shapes. */
final class ShapeCases {
    private static final String MOBILE_TRAINING =
            "{epochs: 8, batch: 128, learning-rate: 0.2, optimizer: {sgd: {weight-decay: 2e-4}}, augmentation: {flip: true}}";
    private static final String LENET_TRAINING =
            "{epochs: 6, learning-rate: 0.05, optimizer: {sgd: {weight-decay: 5e-4}}}";
    private static final String DEEP_TRAINING =
            "{epochs: 5, batch: 128, learning-rate: 0.1, optimizer: {sgd: {weight-decay: 5e-4}}}";
    private static final String GOAL = "goal: drop <= 0.5, parameters / 3.1, MACs / 2.5, 1.8x faster";

    private ShapeCases() {}

    /** Case 10: each decomposition with the ranks that a budget gives. */
    static Case lowRank() {
        return new Case(
                "low-rank",
                "every decomposition of LeNet-5 and of VGG-11 at half width, Fashion-MNIST",
                List.of(
                        new Study("LeNet-5", "fashion-mnist", "lenet5", LENET_TRAINING, "", lowRank("LeNet-5")),
                        new Study(
                                "VGG-11, half width",
                                "fashion-mnist",
                                "vgg11@0.5",
                                DEEP_TRAINING,
                                "",
                                lowRank("VGG-11/2"))));
    }

    private static List<Study.Variant> lowRank(String network) {
        List<Study.Variant> variants = new ArrayList<>();
        for (String method : List.of("svd", "spatial", "tucker", "cp")) {
            variants.add(new Study.Variant(
                    network + ", " + method,
                    String.format(
                            Locale.ROOT,
                            "factorize: {method: %s, rank: {budget: {of: macs, share: 33%%}},"
                                    + " retrain: {epochs: 3, learning-rate: 0.03}}",
                            method),
                    GOAL));
        }
        variants.add(new Study.Variant(
                network + ", tucker, vbmf",
                "factorize: {method: tucker, rank: vbmf, retrain: {epochs: 3, learning-rate: 0.03}}",
                GOAL));
        return variants;
    }

    /** Separable convolutions from least squares, and the same shape from fresh weights. */
    static Case separable() {
        String step = "factorize: {method: separable, between: norm-relu, layerwise: 1, control: 1,"
                + " retrain: {epochs: 2, learning-rate: 0.05}}";
        String goal = "goal: 1 point over scratch on the same budget";
        return new Case(
                "separable",
                "depthwise and pointwise for standard convolutions, Fashion-MNIST",
                Case.Shows.CONTROLS,
                List.of(
                        new Study(
                                "ResNet-8",
                                "fashion-mnist",
                                "resnet8",
                                DEEP_TRAINING,
                                "",
                                List.of(new Study.Variant("ResNet-8, separable", step, goal))),
                        new Study(
                                "VGG-11, half width",
                                "fashion-mnist",
                                "vgg11@0.5",
                                DEEP_TRAINING,
                                "",
                                List.of(new Study.Variant("VGG-11/2, separable", step, goal)))));
    }

    /** Case 11: each as wide as 100,000 parameters allow; half of the images are mirrored in training. */
    static Case mobileFashion() {
        return new Case(
                "mobile-fashion",
                "six mobile networks of less than 100,000 parameters, Fashion-MNIST",
                Case.Shows.ACCURACY,
                List.of(
                        mobile("SqueezeNet", "squeezenet@0.33"),
                        mobile("MobileNet V1", "mobilenetv1@0.32"),
                        mobile("MobileNet V2", "mobilenetv2@0.45"),
                        mobile("ShuffleNet V1", "shufflenetv1@0.7"),
                        mobile("ShuffleNet V2", "shufflenetv2@0.6"),
                        mobile("Xception", "xception@0.14")));
    }

    private static Study mobile(String name, String network) {
        return new Study(
                name,
                "fashion-mnist",
                network,
                MOBILE_TRAINING,
                "goal 8.0, the best 7.0; 10.0 SqueezeNet, 7.5 two convolutions",
                List.of());
    }
}
