package espalier.bench;

import espalier.config.Family;
import espalier.config.Nearest;
import espalier.graph.BadInputException;
import espalier.prune.Importance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All cases there are. */
final class Cases {
    static final String MLP_TRAINING =
            "{epochs: 10, batch: 128, learning-rate: 0.1, label-smoothing: 0.05, optimizer: {sgd: {weight-decay: 5e-4}}}";
    static final String LENET_TRAINING =
            "{epochs: 8, batch: 128, learning-rate: 0.05, label-smoothing: 0.05, optimizer: {sgd: {weight-decay: 5e-4}}}";

    static final List<Case> ALL = List.of(
            structuredMnist(),
            lotteryTicket(),
            unstructuredMnist(),
            pruningFashion(),
            labelFree(),
            int8(),
            Distillations.hinton(),
            Distillations.hintonMissingDigit(),
            Distillations.kdFashion(),
            Distillations.fashion(),
            ShapeCases.mobileFashion(),
            FewBits.lenet300(),
            FewBits.lenet5(),
            FewBits.fashion(),
            FewBits.binaryConnect(),
            FewBits.ternary(),
            ShapeCases.lowRank(),
            ShapeCases.separable(),
            EarlyExits.mnist(),
            EarlyExits.fashion(),
            Slimmable.fashion());

    private Cases() {}

    static Case find(String key) {
        List<String> keys = ALL.stream().map(Case::key).toList();
        return ALL.stream()
                .filter(c -> c.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new BadInputException("unknown case '" + key + "'" + Nearest.hint(key, keys)));
    }

    private static List<String> importances() {
        return Family.of(Importance.class).members().stream()
                .map(Family.Member::key)
                .toList();
    }

    /**
     * Case 4. An MLP of a tenth of the weights overfits, so the original teaches it without labels. Of digits shifted by a pixel the
     * original, which saw none, knows less than the labels do.
     */
    private static Case structuredMnist() {
        String mlpPrune =
                "prune: {importance: {slimming: {lambda: 1e-4, training: {epochs: 5, learning-rate: 0.05}}}, selection: global,"
                        + " macs: %s%%, widths: {round: 1, minimum: 8}, against: %s,"
                        + " retrain: {epochs: 40, learning-rate: 0.1%s}}";
        Study mlp = new Study(
                "MLP 500-300",
                "mnist",
                "mlp-500-300",
                MLP_TRAINING,
                "1.43 (slimming)",
                List.of(
                        new Study.Variant(
                                "MLP, slimming, 15.6 %",
                                String.format(Locale.ROOT, mlpPrune, "15.5", "original", ""),
                                "1.49 at -84.4 % parameters"),
                        new Study.Variant(
                                "MLP, slimming, 10 %",
                                String.format(Locale.ROOT, mlpPrune, "9.8", "original", ""), "goal 1.45 at -90 %"),
                        new Study.Variant(
                                "MLP, slimming, 10 %, shifted digits",
                                String.format(Locale.ROOT, mlpPrune, "9.8", "labels", ", augmentation: {shift: 1}"),
                                "goal 1.45 at -90 %")));
        List<Study.Variant> variants = new ArrayList<>();
        for (String importance : importances()) {
            variants.add(new Study.Variant(
                    "LeNet-5, " + importance,
                    String.format(
                            Locale.ROOT,
                            "prune: {importance: %s, macs: 6.89%%, widths: {round: 1, minimum: 2},"
                                    + " retrain: {epochs: 8, batch: 128, learning-rate: 0.05}}",
                            importance.equals("slimming")
                                    ? "{slimming: {training: {epochs: 2, learning-rate: 0.03}}}"
                                    : importance),
                    "1.0 at 158K; goal 0.95 at 158K"));
        }
        Study lenet = new Study("LeNet-5", "mnist", "lenet5", LENET_TRAINING, "0.8 (Caffe)", variants);
        return new Case(
                "structured-mnist",
                "channels out of an MLP and of LeNet-5, MNIST",
                Case.Shows.CONTROLS,
                List.of(mlp, lenet));
    }

    /** Case 3, trained as in the paper (Adam at 1.2e-3, batches of 60) for 8 epochs; a fifth of the weights goes in each round. */
    private static Case lotteryTicket() {
        Study lenet = new Study(
                "LeNet-300-100",
                "mnist",
                "lenet300-100",
                "{epochs: 8, batch: 60, optimizer: {adamw: {weight-decay: 0}}, learning-rate: 0.0012, schedule: constant}",
                "1.7 (dense)",
                List.of(
                        new Study.Variant(
                                "ticket, 3.5 % kept",
                                "prune: {granularity: weights, selection: global, ratio: 0.965, rounds: 15, rewind: weights,"
                                        + " against: labels, control: 1, control-epochs: 8}",
                                "ticket >= dense; scratch >= 0.5 points behind at 3.6 %"),
                        new Study.Variant(
                                "one shot, 3.5 % kept",
                                "prune: {granularity: weights, selection: global, ratio: 0.965, rewind: weights,"
                                        + " against: labels}",
                                "behind the ticket")));
        return new Case(
                "lottery-ticket",
                "iterative magnitude pruning with rewinding, LeNet-300-100, MNIST",
                Case.Shows.CONTROLS,
                List.of(lenet));
    }

    /** The first stage of cases 1 and 2, trained on as the dense network was. */
    private static Case unstructuredMnist() {
        String prune = "prune: {granularity: weights, selection: %s, ratio: 92%%, masking: gradual, against: labels,"
                + " retrain: {epochs: %d, batch: 128, learning-rate: %s, label-smoothing: 0.05,"
                + " optimizer: {sgd: {weight-decay: 5e-4}}}}";
        return new Case(
                "unstructured-mnist",
                "single weights out of LeNet-300-100 and LeNet-5, MNIST",
                Case.Shows.CONTROLS,
                List.of(
                        new Study(
                                "LeNet-300-100",
                                "mnist",
                                "lenet300-100",
                                MLP_TRAINING,
                                "1.64 (Han)",
                                List.of(new Study.Variant(
                                        "LeNet-300-100, 92 %",
                                        String.format(Locale.ROOT, prune, "global", 30, "0.1"),
                                        "1.59 at 92 % (Han); goal: no loss"))),
                        new Study(
                                "LeNet-5",
                                "mnist",
                                "lenet5",
                                LENET_TRAINING,
                                "0.80 (Han)",
                                List.of(new Study.Variant(
                                        "LeNet-5, 92 %",
                                        String.format(Locale.ROOT, prune, "lamp", 20, "0.05"),
                                        "0.77 at 92 % (Han); goal: no loss")))));
    }

    private static Case pruningFashion() {
        List<Study.Variant> variants = new ArrayList<>();
        for (int fewer : new int[] {50, 70}) {
            for (String importance : importances()) {
                variants.add(new Study.Variant(
                        String.format(Locale.ROOT, "-%d %% MACs, %s", fewer, importance),
                        String.format(
                                Locale.ROOT,
                                "prune: {importance: %s, macs: %d%%, widths: {round: 16, minimum: 16},"
                                        + " against: labels, retrain: {epochs: 2, batch: 64, learning-rate: 0.05}%s}",
                                importance.equals("slimming")
                                        ? "{slimming: {training: {epochs: 1, batch: 64, learning-rate: 0.05}}}"
                                        : importance,
                                100 - fewer,
                                importance.equals("l1") ? ", control: 1" : ""),
                        "goal: faster >= 0.8 x fewer"));
            }
        }
        Study resnet = new Study(
                "ResNet-8, twice as wide",
                "fashion-mnist",
                "resnet8@2",
                "{epochs: 6, batch: 64, learning-rate: 0.1, optimizer: {sgd: {weight-decay: 5e-4}}}",
                "",
                variants,
                5_000);
        return new Case(
                "pruning-fashion",
                "every importance at two cuts of a wide ResNet-8, 5,000 images of Fashion-MNIST",
                Case.Shows.CONTROLS,
                List.of(resnet));
    }

    /** Half of the multiply-adds, brought back with labels or with nothing but the original network's outputs. */
    private static Case labelFree() {
        List<Study.Variant> variants = new ArrayList<>();
        for (String against : List.of("labels", "auto", "original")) {
            variants.add(new Study.Variant(
                    "against " + against,
                    "prune: {macs: 50%, against: " + against + ", retrain: {epochs: 2, learning-rate: 0.02}}",
                    "goal: agrees within 2 points of labels"));
        }
        return new Case(
                "label-free",
                "half of the multiply-adds with and without labels, LeNet-5, Fashion-MNIST",
                Case.Shows.CONTROLS,
                List.of(new Study(
                        "LeNet-5",
                        "fashion-mnist",
                        "lenet5",
                        "{epochs: 4, learning-rate: 0.05, optimizer: {sgd: {weight-decay: 5e-4}}}",
                        "",
                        variants)));
    }

    /** Case 9: every row quantizes whole, so that accuracies do not depend on what is fast on a machine. */
    private static Case int8() {
        List<Study.Variant> variants = new ArrayList<>();
        for (String range : List.of("min-max", "percentile", "entropy", "mse")) {
            variants.add(new Study.Variant(
                    "static, " + range,
                    "quantize: {measured: false, range: " + range + "}",
                    "0.0 to 0.2 points lost; goal 0.1"));
        }
        for (String aware : List.of("qat", "lsq")) {
            variants.add(new Study.Variant(
                    aware + ", 1 epoch",
                    "quantize: {measured: false, aware: {" + aware
                            + ": {against: labels, retrain: {epochs: 1, learning-rate: 0.005}}}}",
                    "goal: no points lost"));
        }
        for (int bits : new int[] {4, 2}) {
            variants.add(new Study.Variant(
                    String.format(Locale.ROOT, "lsq W%dA%d, 2 epochs", bits, bits),
                    String.format(
                            Locale.ROOT,
                            "quantize: {measured: false, aware: {lsq: {weight-bits: %d, activation-bits: %d, against: labels,"
                                    + " retrain: {epochs: 2, learning-rate: 0.01}}}}",
                            bits,
                            bits),
                    "for the record"));
        }
        Study lenet = new Study("LeNet-5", "mnist", "lenet5", LENET_TRAINING, "", named("LeNet-5", variants));
        Study resnet = new Study(
                "ResNet-8",
                "fashion-mnist",
                "resnet8",
                "{epochs: 4, batch: 128, learning-rate: 0.1, optimizer: {sgd: {weight-decay: 5e-4}}}",
                "",
                named("ResNet-8", variants));
        return new Case(
                "int8", "8-bit whole numbers, LeNet-5 on MNIST and ResNet-8 on Fashion-MNIST", List.of(resnet, lenet));
    }

    private static List<Study.Variant> named(String network, List<Study.Variant> variants) {
        return variants.stream()
                .map(v -> new Study.Variant(network + ", " + v.name(), v.steps().get(0), v.published()))
                .toList();
    }
}
