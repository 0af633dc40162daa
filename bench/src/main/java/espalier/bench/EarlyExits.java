package espalier.bench;

import java.util.List;

/** The cases on early exits. */
final class EarlyExits {
    private static final int IMAGES = 20_000;

    private EarlyExits() {}

    /** Case 12. The rows' accuracy, multiply-adds and speed are those of leaving early. */
    static Case mnist() {
        return new Case(
                "early-exit-mnist",
                "B-LeNet with an early exit, MNIST",
                List.of(new Study(
                        "LeNet",
                        "mnist",
                        "b-lenet",
                        "{epochs: 10, batch: 128, learning-rate: 0.05, label-smoothing: 0.05,"
                                + " optimizer: {sgd: {weight-decay: 5e-4}}}",
                        "0.80 (LeNet of the paper)",
                        List.of(new Study.Variant(
                                "B-LeNet",
                                "exits: {at: pool1, head: {conv: {filters: 16, stride: 2}}, weights: 1, scale: 0.5,"
                                        + " distill: 0.5, against: auto, rule: entropy, drop: 0.2%,"
                                        + " retrain: {epochs: 12, batch: 128, learning-rate: 0.05,"
                                        + " optimizer: {sgd: {weight-decay: 5e-4}}}}",
                                "0.75 at 5.4x (CPU); goal 0.75 at 5.5x")))));
    }

    /** Three exits of a residual network on a third of the images; the row is that of leaving early. */
    static Case fashion() {
        return new Case(
                "early-exit-fashion",
                "ResNet-20 with three exits, a third of Fashion-MNIST",
                List.of(new Study(
                        "ResNet-20",
                        "fashion-mnist",
                        "resnet20",
                        "{epochs: 8, batch: 128, learning-rate: 0.2, optimizer: {sgd: {weight-decay: 5e-4}}}",
                        "",
                        List.of(new Study.Variant(
                                "ResNet-20, three exits",
                                "exits: {count: 2, head: {conv: {filters: 32, stride: 2}}, scale: 0.5, distill: 0.5,"
                                        + " rule: entropy, drop: 0.2%, control: true,"
                                        + " retrain: {epochs: 3, learning-rate: 0.05}}",
                                "goal: -40 % MACs at 0.3 points")),
                        IMAGES)));
    }
}
