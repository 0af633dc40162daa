package espalier.bench;

import java.util.List;
import java.util.Locale;

/** Cases 1, 2, 7, 8 and 14: few values, and few bytes for them. */
final class FewBits {
    private FewBits() {}

    /** Prune while training, cluster, train the values; the size is that of the packed file with everything in it. */
    private static Study.Variant deepCompression(
            String name, String selection, String ratio, int epochs, double rate, int bits, String published) {
        return new Study.Variant(
                name,
                List.of(
                        String.format(
                                Locale.ROOT,
                                "prune: {granularity: weights, selection: %s, ratio: %s, masking: gradual,"
                                        + " retrain: {epochs: %d, batch: 128, learning-rate: %s}}",
                                selection,
                                ratio,
                                epochs,
                                rate),
                        String.format(
                                Locale.ROOT,
                                "cluster: {bits: %d, bias-bits: 4, retrain: {epochs: 5, batch: 128, learning-rate: 0.005}}",
                                bits)),
                published);
    }

    /** Case 1. */
    static Case lenet300() {
        return new Case(
                "deep-compression-lenet300",
                "pruned, clustered, packed: LeNet-300-100, MNIST",
                Case.Shows.BYTES,
                List.of(new Study(
                        "LeNet-300-100",
                        "mnist",
                        "lenet300-100",
                        Cases.MLP_TRAINING,
                        "1.64 (Han)",
                        List.of(
                                deepCompression(
                                        "LeNet-300-100, 4 % kept",
                                        "global", "96%", 40, 0.1, 4, "1.58 at 40x (Han); goal 1.58 at 64x"),
                                deepCompression(
                                        "LeNet-300-100, 2 % kept",
                                        "global", "98%", 40, 0.1, 4, "1.9 at 124x (EPR); goal 1.58 at 100x")))));
    }

    /** Case 2. */
    static Case lenet5() {
        return new Case(
                "deep-compression-lenet5",
                "pruned, clustered, packed: LeNet-5, MNIST",
                Case.Shows.BYTES,
                List.of(new Study(
                        "LeNet-5",
                        "mnist",
                        "lenet5",
                        Cases.LENET_TRAINING,
                        "0.80 (Han)",
                        List.of(
                                deepCompression(
                                        "LeNet-5, 3.3 % kept",
                                        "lamp", "96.7%", 32, 0.05, 4, "0.74 at 39x (Han); goal 0.74 at 100x"),
                                deepCompression(
                                        "LeNet-5, 0.7 % kept",
                                        "lamp",
                                        "99.3%",
                                        24,
                                        0.05,
                                        4,
                                        "0.69 at 555x (MIRACLE); goal 0.80 in 3.0 KB")))));
    }

    /** Case 14. */
    static Case fashion() {
        return new Case(
                "deep-compression-fashion",
                "pruned, clustered, packed: LeNet-5, Fashion-MNIST",
                Case.Shows.BYTES,
                List.of(new Study(
                        "LeNet-5",
                        "fashion-mnist",
                        "lenet5",
                        Cases.LENET_TRAINING,
                        "89.66 accuracy",
                        List.of(deepCompression(
                                "LeNet-5 Fashion, 6 % kept",
                                "lamp", "94%", 24, 0.05, 4, "-0.19 at 7.8x non-zero; goal: drop 0.3 at 40x")))));
    }

    /** Case 7: the paper's network, trained in floats and then with signs, all layers. */
    static Case binaryConnect() {
        return new Case(
                "binaryconnect",
                "signs for all weights of an MLP, MNIST",
                Case.Shows.BYTES,
                List.of(new Study(
                        "MLP 3x1024",
                        "mnist",
                        "mlp-bn-1024-1024-1024",
                        "{epochs: 15, batch: 100, learning-rate: 0.1, label-smoothing: 0.05}",
                        "1.30 (in floats)",
                        List.of(new Study.Variant(
                                "MLP, binary-connect",
                                "binarize: {method: binary-connect, ends: true, retrain: {epochs: 30, batch: 100}}",
                                "1.29, stochastic 1.18; goal 1.15 at 30x")))));
    }

    /** Case 8. */
    static Case ternary() {
        List<Study.Variant> variants = new java.util.ArrayList<>();
        for (String method : List.of("bwn", "xnor", "twn", "ttq")) {
            variants.add(new Study.Variant(
                    "LeNet 32-64-512, " + method,
                    "binarize: {method: " + method + ", retrain: {epochs: 15, batch: 100}}",
                    switch (method) {
                        case "bwn" -> "0.95; goal 0.75";
                        case "xnor" -> "0.77; activations too";
                        default -> "0.65; goal 0.65 at 15x";
                    }));
        }
        return new Case(
                "ternary-lenet",
                "two and three values, LeNet with 32 and 64 filters, MNIST",
                Case.Shows.BYTES,
                List.of(new Study(
                        "LeNet 32-64-512",
                        "mnist",
                        "lenet-bn",
                        "{epochs: 12, batch: 100, learning-rate: 0.05, label-smoothing: 0.05}",
                        "0.59 (in floats)",
                        variants)));
    }
}
