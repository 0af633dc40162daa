package espalier.cli;

import java.util.Map;

/** Examples for the help of the commands whose options are derived. */
final class Examples {
    private static final Map<String, String[]> BY_STEP = Map.of(
            "train",
            lines(
                    "espalier train zoo:resnet8 --data fashion-mnist --epochs 10",
                    "espalier train model.onnx --data photos/ --epochs 3 --optimizer '{sgd: {learning-rate: 0.01}}'"),
            "prune",
            lines(
                    "espalier prune model.onnx --data photos/ --ratio 50%%",
                    "espalier prune model.onnx --data photos/ --macs 30%% --selection global --exclude 'head.*'",
                    "espalier prune model.onnx --data unlabelled/ --ratio 30%% --against original"),
            "factorize",
            lines(
                    "espalier factorize model.onnx --dry-run",
                    "espalier factorize model.onnx --data photos/ --method tucker --rank vbmf",
                    "espalier factorize model.onnx --data photos/ --rank '{budget: {of: latency, share: 60%%}}'",
                    "espalier factorize model.onnx --data photos/ --method separable --between norm-relu --layerwise 1"),
            "cluster",
            lines(
                    "espalier cluster pruned.onnx --data photos/ --bits 4 --bias-bits 4",
                    "espalier cluster pruned.onnx --data photos/ --max-bytes 200000",
                    "espalier cluster pruned.onnx --data photos/ --max-drop 0.5%% --reassign epoch"),
            "binarize",
            lines(
                    "espalier binarize model.onnx --data photos/ --method bwn",
                    "espalier binarize model.onnx --data photos/ --method '{ttq: {t: 0.05}}' --epochs 20"),
            "quantize",
            lines(
                    "espalier quantize model.onnx --data photos/",
                    "espalier quantize model.onnx --data photos/ --range mse --max-drop 0.5%%",
                    "espalier quantize model.onnx --data photos/ --target vnni --exclude 'head.*'",
                    "espalier quantize bert.onnx --mode dynamic --shape input_ids=1x128"),
            "distill",
            lines(
                    "espalier distill --teacher big.onnx --student zoo:lenet5 --data fashion-mnist",
                    "espalier distill --teacher big.onnx --student small.onnx --data unlabelled/ --loss soft-targets,attention",
                    "espalier distill --teacher big.onnx --student zoo:resnet8@0.5 --data photos/ --loss hint,soft-targets --first-epochs 3",
                    "espalier distill --student zoo:resnet8 --data photos/ --regime '{mutual: {with: [zoo:resnet8]}}'",
                    "espalier distill --list"),
            "exits",
            lines(
                    "espalier exits model.onnx --data photos/ --drop 0.3%%",
                    "espalier exits model.onnx --data photos/ --at pool1,pool2 --head conv --budget 50%%",
                    "espalier eval model-exits/stages/exits.json --data photos/"),
            "slim",
            lines(
                    "espalier slim model.onnx --data photos/ --widths 1,0.75,0.5,0.25",
                    "espalier slim zoo:resnet8 --data fashion-mnist --widths 1,0.5 --epochs 20"),
            "width",
            lines("espalier width model-slim/model.onnx --data photos/ --of 0.5"));

    private Examples() {}

    static String[] of(String step) {
        return BY_STEP.getOrDefault(step, new String[0]);
    }

    private static String[] lines(String... commands) {
        String[] lines = new String[commands.length + 2];
        lines[0] = "";
        lines[1] = "Examples:";
        for (int i = 0; i < commands.length; i++) {
            lines[i + 2] = "  " + commands[i];
        }
        return lines;
    }
}
