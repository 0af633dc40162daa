package espalier.bench;

import espalier.config.Family;
import espalier.distill.Distillation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cases in which a trained network teaches a new one. */
final class Distillations {
    private static final int FEW = 2_000;
    private static final String SMALL = "resnet8@0.5";
    private static final String FEW_EPOCHS =
            "{epochs: 16, batch: 64, learning-rate: 0.1, optimizer: {sgd: {weight-decay: 5e-4}}}";

    private static final String BY_LABELS = "{epochs: 30, batch: 128, learning-rate: 0.05}";
    private static final String BY_TEACHER =
            "{epochs: 100, batch: 128, learning-rate: 0.1, optimizer: {sgd: {weight-decay: 2e-4}}}";

    private Distillations() {}

    /**
     * Case 5: a teacher that sees jittered digits, a student that does not. Weight decay keeps both smooth between the images. Of the
     * teacher it was chosen on 10,000 held-out training images after 25 epochs (cross-entropy 0.032 with 1e-4, 0.029 with 5e-4), of the
     * student by where it disagrees with its teacher on 5,000 that it has not seen (28 with 1e-5, 22 with 2e-4).
     */
    static Case hinton() {
        return new Case(
                "hinton-mnist",
                "soft targets from a 2x1200 to a 2x800 MLP, MNIST",
                Case.Shows.ACCURACY,
                List.of(hinton(List.of(
                        new Study.Variant("student 2x800, labels", "train: " + BY_LABELS, "1.46", "mlp-800-800"),
                        taught("student 2x800, taught", 0.1, "0.74; goal 0.74")))));
    }

    /** The other half of case 5: no 3 among the images from which the student learns, and no labels. */
    static Case hintonMissingDigit() {
        return new Case(
                "hinton-missing-digit",
                "soft targets without any 3, and the bias for it put right, MNIST",
                List.of(hinton(List.of(
                        taught("taught without 3s", 0, "2.06").without(3, false),
                        taught("taught without 3s, bias raised", 0, "1.09; goal 1.09")
                                .without(3, true)))));
    }

    private static Study hinton(List<Study.Variant> variants) {
        return new Study(
                "teacher 2x1200, jitter",
                "mnist",
                "mlp-1200-1200",
                "{epochs: 140, batch: 128, learning-rate: 0.1, augmentation: {shift: 2},"
                        + " optimizer: {sgd: {weight-decay: 2e-4}}}",
                "0.67 (Hinton)",
                variants);
    }

    private static Study.Variant taught(String name, double labelWeight, String published) {
        return new Study.Variant(
                name,
                String.format(
                        Locale.ROOT,
                        "distill: {loss: [{soft-targets: {temperature: 20}}], label-weight: %s, training: %s}",
                        labelWeight,
                        BY_TEACHER),
                published,
                "mlp-800-800");
    }

    /**
     * Case 6, and the same with a teacher that sees jittered images, as in case 5. All students have the settings that were best of
     * the four tried for labels alone, on 5,000 training images which neither they nor the teacher had seen.
     */
    static Case kdFashion() {
        String training = "{epochs: 40, batch: 128, learning-rate: 0.1, optimizer: {sgd: {weight-decay: 5e-4}}}";
        String taught = "distill: {loss: soft-targets, label-weight: 0.1, training: " + training + "}";
        String goal = "7.03; goal: 0.54 points better than labels";
        Study plain = new Study(
                "ResNet-20 teacher",
                "fashion-mnist",
                "resnet20",
                "{epochs: 10, batch: 128, learning-rate: 0.2, optimizer: {sgd: {weight-decay: 5e-4}}}",
                "",
                List.of(
                        new Study.Variant("three convolutions, labels", "train: " + training, "7.57", "b-lenet"),
                        new Study.Variant("three convolutions, taught", taught, goal, "b-lenet")));
        Study jittered = new Study(
                "ResNet-20 teacher, shifts and flips",
                "fashion-mnist",
                "resnet20",
                "{epochs: 15, batch: 128, learning-rate: 0.2, augmentation: {shift: 2, flip: true},"
                        + " optimizer: {sgd: {weight-decay: 5e-4}}}",
                "",
                List.of(new Study.Variant("three convolutions, jittered teacher", taught, goal, "b-lenet")));
        return new Case(
                "kd-fashion",
                "a residual network teaches one of three convolutions, Fashion-MNIST",
                Case.Shows.ACCURACY,
                List.of(plain, jittered));
    }

    /** Every loss and every regime on one budget. */
    static Case fashion() {
        List<Study.Variant> rows = new ArrayList<>();
        rows.add(new Study.Variant("labels alone", "train: " + FEW_EPOCHS, "", SMALL));
        for (Family.Member<Distillation> loss : Family.of(Distillation.class).members()) {
            rows.add(row(loss.key(), "loss: " + loss.key()));
        }
        rows.add(row("rkd-distance + rkd-angle", "loss: [rkd-distance, rkd-angle]"));
        rows.add(row("soft-targets + attention", "loss: [soft-targets, attention]"));
        rows.add(row("hint, two stages", "loss: [hint, soft-targets], first-epochs: 2"));
        rows.add(row("fsp, two stages", "loss: fsp, first-epochs: 2"));
        rows.add(row(
                "mutual, two students",
                "loss: {soft-targets: {temperature: 1}}, regime: {mutual: {with: [\"zoo:" + SMALL + "\"]}}"));
        rows.add(row("born-again, third", "regime: {born-again: {generations: 3}}"));
        rows.add(row("born-again, ensemble of 3", "regime: {born-again: {generations: 3, ensemble: true}}"));
        rows.add(row("assistant ResNet-8", "regime: {assistants: {via: [\"zoo:resnet8\"]}}"));
        Study study = new Study("ResNet-20 teacher", "fashion-mnist", "resnet20", FEW_EPOCHS, "", rows, FEW);
        return new Case(
                "distillation-fashion",
                "every loss and regime, ResNet-20 to a 13 times smaller one",
                Case.Shows.ACCURACY,
                List.of(study));
    }

    private static Study.Variant row(String name, String settings) {
        return new Study.Variant(
                name,
                String.format(Locale.ROOT, "distill: {%s, training: %s}", settings, FEW_EPOCHS),
                "goal: best 0.8 points better than labels alone",
                SMALL);
    }
}
