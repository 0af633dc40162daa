package espalier.bench;

import java.util.List;

/** Cases of networks in other shapes. */
final class ShapeCases {
    private static final String MOBILE_TRAINING =
            "{epochs: 6, batch: 128, learning-rate: 0.2, optimizer: {sgd: {weight-decay: 2e-4}}, augmentation: {flip: true}}";

    private ShapeCases() {}

    /** Case 11: each as wide as 100,000 parameters allow; half of the images are mirrored in training. */
    static Case mobileFashion() {
        return new Case(
                "mobile-fashion",
                "six mobile networks of less than 100,000 parameters, Fashion-MNIST",
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
                "8.0, the best 7.0 (goal); 10.0 SqueezeNet",
                List.of());
    }
}
