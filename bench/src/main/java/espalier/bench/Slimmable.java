package espalier.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Case 13. */
final class Slimmable {
    private static final String NETWORK = "resnet8";
    private static final String TRAINING =
            "{epochs: 6, batch: 128, learning-rate: 0.2, optimizer: {sgd: {weight-decay: 5e-4}}}";
    private static final String SLIM =
            "slim: {widths: [1, 0.75, 0.5, 0.25], against: labels, distill: 0.5, retrain: " + TRAINING + "}";
    private static final int IMAGES = 10_000;

    private Slimmable() {}

    /** Four widths on one set of weights beside four networks of those widths, each trained alone for as many epochs. */
    static Case fashion() {
        List<Study.Variant> variants = new ArrayList<>();
        variants.add(new Study.Variant("all widths in one file", SLIM, "", NETWORK));
        for (String width : List.of("1", "0.75", "0.5", "0.25")) {
            if (!width.equals("1")) {
                variants.add(new Study.Variant(
                        "width " + width + ", alone", "train: " + TRAINING, "", NETWORK + "@" + width));
            }
            variants.add(new Study.Variant(
                    "width " + width + " of the file",
                    List.of(SLIM, "width: {of: " + width + "}"),
                    "0.6 to 3.3 points over alone (ImageNet); goal: not behind",
                    NETWORK,
                    Optional.empty()));
        }
        return new Case(
                "slimmable-fashion",
                "four widths of a ResNet-8 on one set of weights, a sixth of Fashion-MNIST",
                List.of(new Study("width 1, alone", "fashion-mnist", NETWORK, TRAINING, "", variants, IMAGES)));
    }
}
