package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users get wrong, and the one line that each mistake gives. To add a mistake, add a row; {@code DIR} in it stands for the
 * folder of {@link BadFiles}.
 */
class BadInputTest {
    @TempDir
    static Path folder;

    /**
     * @param code of the shell
     * @param line all of standard error
     * @param args the command line, with single spaces
     */
    record Row(int code, String line, String args) {
        @Override
        public String toString() {
            return args;
        }
    }

    static Stream<Row> usage() {
        return Stream.of(
                new Row(2, "espalier: which command? (see espalier --help)", ""),
                new Row(
                        2,
                        "espalier: unknown command 'inspekt', did you mean 'inspect'? (see espalier --help)",
                        "inspekt m.onnx"),
                new Row(2, "espalier: unknown option '--wonder' (see espalier --help)", "--wonder"),
                new Row(
                        2,
                        "espalier inspect: unknown option '--jsn', did you mean '--json'? (see espalier inspect --help)",
                        "inspect m.onnx --jsn"),
                new Row(
                        2,
                        "espalier inspect: missing required parameter: 'MODEL' (see espalier inspect --help)",
                        "inspect"),
                new Row(
                        2,
                        "espalier inspect: one argument too many: 'b.onnx' (see espalier inspect --help)",
                        "inspect a.onnx b.onnx"),
                new Row(
                        2,
                        "espalier inspect: invalid value for option '--shape' (INPUT=SHAPE): 'x=1x-3' is not a shape"
                                + " such as input=1x3x224x224 (see espalier inspect --help)",
                        "inspect m.onnx --shape x=1x-3"),
                new Row(
                        2,
                        "espalier bench: invalid value for option '--threads' (N): 'two' is not a whole number of 1 or more"
                                + " (see espalier bench --help)",
                        "bench m.onnx --threads two"),
                new Row(
                        2,
                        "espalier bench: invalid value for option '--batch' (N): '0' is not a whole number of 1 or more"
                                + " (see espalier bench --help)",
                        "bench m.onnx --batch 1,0"),
                new Row(
                        2,
                        "espalier bench: invalid value for option '--seconds': '-1' is not a number of seconds above 0"
                                + " (see espalier bench --help)",
                        "bench m.onnx --seconds -1"),
                new Row(
                        2,
                        "espalier compare: positional parameter at index 0..* (MODEL) requires at least 2 values,"
                                + " but only 1 were specified: [a.onnx] (see espalier compare --help)",
                        "compare a.onnx"),
                new Row(
                        2,
                        "espalier eval: invalid value for option '--split': expected one of [TRAIN, TEST]"
                                + " (case-insensitive) but was 'dev' (see espalier eval --help)",
                        "eval m.onnx --data d --split dev"),
                new Row(
                        2,
                        "espalier eval: missing required option: '--data=DATA' (see espalier eval --help)",
                        "eval m.onnx"),
                new Row(
                        2,
                        "espalier inspect: --text and --json: the text form is no JSON: leave one of them out"
                                + " (see espalier inspect --help)",
                        "inspect m.onnx --text --json"),
                new Row(
                        2,
                        "espalier quantize: --shape and --data: sizes are those of the samples: leave --shape out"
                                + " (see espalier quantize --help)",
                        "quantize m.onnx --data d --shape 1x3"),
                new Row(
                        2,
                        "espalier factorize: --shape and --data: sizes are those of the samples: leave --shape out"
                                + " (see espalier factorize --help)",
                        "factorize m.onnx --data d --shape 1x3"),
                new Row(
                        2,
                        "espalier factorize: factorize retrains: give --data, or --dry-run to see what there is to gain"
                                + " (see espalier factorize --help)",
                        "factorize m.onnx"),
                new Row(
                        2,
                        "espalier distill: --student is missing: give one, such as --student zoo:lenet5"
                                + " (see espalier distill --help)",
                        "distill --data d"),
                new Row(
                        2,
                        "espalier sensitivity: unknown option '--shape' (see espalier sensitivity --help)",
                        "sensitivity m.onnx --data d --shape 1x3"));
    }

    static Stream<Row> models() {
        return Stream.of(
                new Row(74, "espalier: DIR/none.onnx: no such file or folder", "inspect DIR/none.onnx"),
                new Row(74, "espalier: DIR/none.onnx: no such file or folder", "bench DIR/none.onnx"),
                new Row(74, "espalier: DIR/none.onnx: no such file or folder", "compare DIR/good.onnx DIR/none.onnx"),
                new Row(74, "espalier: DIR/folder.onnx: is a folder, not a file", "inspect DIR/folder.onnx"),
                new Row(74, "espalier: DIR/folder.onnx: is a folder, not a file", "unpack DIR/folder.onnx"),
                new Row(65, "espalier: DIR/empty.onnx: is empty: give an ONNX model", "inspect DIR/empty.onnx"),
                new Row(
                        65,
                        "espalier: DIR/text.onnx: is not an ONNX model but a text file: give the model in its binary form",
                        "inspect DIR/text.onnx"),
                new Row(
                        65,
                        "espalier: DIR/half.onnx: truncated: a part that starts at byte 20 has 1725206 bytes, but only"
                                + " 862593 are left: fetch or export it again",
                        "inspect DIR/half.onnx --groups"),
                new Row(
                        65,
                        "espalier: DIR/misfit.onnx: Add(y): shapes [2,1,28,28] and [2] do not broadcast",
                        "inspect DIR/misfit.onnx"),
                new Row(
                        65,
                        "espalier: DIR/any-size.onnx: input 'image' [N,3,H,W]: the size of axis 2 (H) is not"
                                + " fixed, give it with --shape image=1x3x224x224",
                        "inspect DIR/any-size.onnx"),
                new Row(
                        65,
                        "espalier: DIR/any-size.onnx: input 'image' [N,3,H,W]: the size of axis 2 (H) is not"
                                + " fixed, give it with --shape image=1x3x224x224",
                        "bench DIR/any-size.onnx"),
                new Row(
                        65,
                        "espalier: DIR/wonder.onnx: ONNX Runtime cannot load it: This is an invalid model."
                                + " In Node, (\"\", Wonder, \"\", -1) : (\"image\": tensor(float),) -> (\"y\": tensor(float),)"
                                + " , Error No Op registered for Wonder with domain_version of 17",
                        "bench DIR/wonder.onnx"),
                new Row(
                        65,
                        "espalier: DIR/good.onnx: a shape is given for 'picture', but the model's inputs are"
                                + " [input]",
                        "inspect DIR/good.onnx --shape picture=1x1x28x28"),
                new Row(
                        65,
                        "espalier: DIR/good.onnx: input 'input' is declared as [N,1,28,28]: shape"
                                + " [1,3,28,28] does not fit",
                        "inspect DIR/good.onnx --shape 1x3x28x28"),
                new Row(
                        65,
                        "espalier: DIR/colour.onnx: cannot be compared with DIR/good.onnx: input 'input' is"
                                + " declared as [N,3,32,32]: shape [1,1,28,28] does not fit",
                        "compare DIR/good.onnx DIR/colour.onnx"),
                new Row(
                        65,
                        "espalier: DIR/five.onnx: cannot be compared with DIR/good.onnx: output 'logits' has"
                                + " shape [1,5], expected [1,10]",
                        "compare DIR/good.onnx DIR/five.onnx"));
    }

    static Stream<Row> hostile() {
        return Stream.of(
                new Row(
                        65,
                        "espalier: DIR/outside.onnx: "
                                + "tensor 'w': external data in '../weights.bin', outside the model's folder",
                        "inspect DIR/outside.onnx"),
                new Row(
                        65,
                        "espalier: DIR/absolute.onnx: "
                                + "tensor 'w': external data in '/etc/passwd': it must be relative to the model",
                        "inspect DIR/absolute.onnx"),
                new Row(
                        65,
                        "espalier: DIR/linked.onnx: "
                                + "tensor 'w': external data in 'link.bin', through a symbolic link",
                        "inspect DIR/linked.onnx"),
                new Row(
                        65,
                        "espalier: DIR/beyond.onnx: "
                                + "tensor 'w': external data 'weights.bin' has 16 bytes, but bytes 0 to 4000 are needed",
                        "inspect DIR/beyond.onnx"),
                new Row(
                        65,
                        "espalier: DIR/huge.onnx: tensor 'w': its sizes multiply to more than any file can hold: export"
                                + " the model again",
                        "inspect DIR/huge.onnx"),
                new Row(
                        65,
                        "espalier: DIR/short-weight.onnx: " + "tensor 'w': float[4] needs 16 bytes, but 15 were given",
                        "inspect DIR/short-weight.onnx"));
    }

    static Stream<Row> data() {
        return Stream.of(
                new Row(
                        65,
                        "espalier: DIR/none: no such file, folder or data set; known: fashion-mnist, mnist,"
                                + " cifar10, cifar100",
                        "eval DIR/good.onnx --data DIR/none"),
                new Row(
                        65,
                        "espalier: fashion-mnits: no such file, folder or data set, did you mean 'fashion-mnist'?",
                        "eval DIR/good.onnx --data fashion-mnits"),
                new Row(
                        65,
                        "espalier: DIR/colour.onnx: DIR/digits/t10k-images-idx3-ubyte.gz: samples are [1,28,28], but the"
                                + " model's input 'input' is [3,32,32] after the batch: give data of that shape, or a"
                                + " model for [1,28,28]",
                        "eval DIR/colour.onnx --data DIR/digits"),
                new Row(
                        65,
                        "espalier: DIR/five.onnx: has 5 outputs, but the data has 10 classes",
                        "eval DIR/five.onnx --data DIR/digits"),
                new Row(
                        65,
                        "espalier: DIR/no-rows.onnx: its first output has shape [1,1,1,1], which is not one"
                                + " row of scores for each sample",
                        "eval DIR/no-rows.onnx --data DIR/digits"),
                new Row(
                        65,
                        "espalier: normalization '0.5': write MEANS/STDS, each with commas, or none",
                        "eval DIR/good.onnx --data DIR/digits --normalize 0.5"),
                new Row(
                        65,
                        "espalier: normalization: a standard deviation of 0.0: give numbers above 0",
                        "eval DIR/good.onnx --data DIR/digits --normalize 0.5/0"),
                new Row(
                        65,
                        "espalier: DIR/digits/t10k-images-idx3-ubyte.gz: normalization for 3 channels, but"
                                + " samples are [1,28,28]: give 1 means and standard deviations, or one",
                        "eval DIR/good.onnx --data DIR/digits --normalize 0,0,0/1,1,1"),
                new Row(
                        2,
                        "espalier quantize: mode static looks at samples: give some with --data, or take --mode dynamic"
                                + " (see espalier quantize --help)",
                        "quantize DIR/good.onnx"),
                new Row(
                        65,
                        "espalier: --samples: samples must be 1 or more, got 0",
                        "quantize DIR/good.onnx --data DIR/digits --samples 0"),
                new Row(74, "espalier: DIR/none.onnx: no such file or folder", "eval DIR/none.onnx --data DIR/digits"));
    }

    static Stream<Row> catalog() {
        return Stream.of(
                new Row(
                        2,
                        "espalier data: unknown command 'lst', did you mean 'list'? (see espalier data --help)",
                        "data lst"),
                new Row(
                        2,
                        "espalier data fetch: missing required parameter: 'NAME' (see espalier data fetch --help)",
                        "data fetch"),
                new Row(
                        65,
                        "espalier: minst: no such file, folder or data set, did you mean 'mnist'?",
                        "data fetch minst"),
                new Row(
                        65,
                        "espalier: DIR/none: no such file, folder or data set; known: fashion-mnist, mnist,"
                                + " cifar10, cifar100",
                        "data show DIR/none"),
                new Row(
                        65,
                        "espalier: DIR/good.onnx: of no known kind: give IDX, CIFAR binary, npz, npy or CSV,"
                                + " or a folder of images",
                        "data show DIR/good.onnx"),
                new Row(
                        65,
                        "espalier: DIR/text.onnx: no column with features: give numbers beside the label",
                        "data show DIR/text.onnx"),
                new Row(
                        65,
                        "espalier: DIR/empty.onnx: of no known kind: give IDX, CIFAR binary, npz, npy or"
                                + " CSV, or a folder of images",
                        "data show DIR/empty.onnx"),
                new Row(
                        65,
                        "espalier: DIR/cut/t10k-images-idx3-ubyte.gz: truncated: 783 bytes of images, 15680"
                                + " expected: get it again",
                        "data show DIR/cut"),
                new Row(
                        65,
                        "espalier: DIR/folder.onnx: no images and no data set in this folder: give one with"
                                + " images, or one folder for each class",
                        "data show DIR/folder.onnx"),
                new Row(
                        65,
                        "espalier: DIR/unlabelled.npy: has no labels, so there is no accuracy: give labelled" + " data",
                        "eval DIR/good.onnx --data DIR/unlabelled.npy"),
                new Row(
                        65,
                        "espalier: DIR/unlabelled.npy: is not divided: leave --split test out",
                        "eval DIR/good.onnx --data DIR/unlabelled.npy --split test"),
                new Row(
                        65,
                        "espalier: DIR/ragged.csv: line 3: 2 columns, but 3 in the first line: give as many"
                                + " in each",
                        "data show DIR/ragged.csv"));
    }

    /** What pruning refuses, before anything is written. */
    static Stream<Row> pruning() {
        String prune = "prune DIR/good.onnx --data DIR/digits --threads 1 -o DIR/pruned ";
        return Stream.of(
                new Row(65, "espalier: --ratio: ratio must be above 0 and below 1, got 1.5", prune + "--ratio 150%"),
                new Row(
                        65,
                        "espalier: include pattern 'conv9' matches no layer; there are: conv1, conv2, fc1",
                        prune + "--include conv9"),
                new Row(
                        65,
                        "espalier: threshold of 1.00e+06 removes all of layer 'conv1', whose largest score is 7.76: lower it, or"
                                + " exclude the layer",
                        prune + "--selection {\"threshold\":{\"value\":1e6}}"),
                new Row(
                        65,
                        "espalier: layer 'conv1' has 1 inputs, too few for 2 of 4: exclude it",
                        prune + "--granularity n-of-m"),
                new Row(
                        65,
                        "espalier: macs needs granularity channels or heads: zeros among the weights save no multiply-adds",
                        prune + "--granularity weights --macs 50%"),
                new Row(
                        65,
                        "espalier: rewind to the initial weights: they are not known for this model; train it from zoo:NAME first,"
                                + " or leave rewind out",
                        prune + "--rewind weights"),
                new Row(
                        65,
                        "espalier: --granularity: unknown method 'n-of-n', did you mean 'n-of-m'?",
                        prune + "--granularity n-of-n"));
    }

    @ParameterizedTest
    @MethodSource("pruning")
    void leaves_nothing_behind(Row row) {
        CommandRun run = run(row);
        assertThat(run.err().replace("step 1 of 1: prune" + System.lineSeparator(), ""))
                .isEqualTo(row.line() + System.lineSeparator());
        assertThat(run.code()).isEqualTo(row.code());
        assertThat(folder.resolve("pruned")).doesNotExist();
    }

    @BeforeAll
    static void prepare() throws IOException {
        BadFiles.write(folder);
    }

    @ParameterizedTest
    @MethodSource({"usage", "models", "hostile", "data", "catalog"})
    void gives_one_line_and_the_right_code(Row row) {
        CommandRun run = run(row);
        assertThat(run.err()).isEqualTo(row.line().replace("DIR", folder.toString()) + System.lineSeparator());
        assertThat(run.code()).isEqualTo(row.code());
        assertThat(run.out()).isEmpty();
    }

    private static CommandRun run(Row row) {
        String[] args = Arrays.stream(row.args().split(" "))
                .filter(a -> !a.isEmpty())
                .map(a -> a.replace("DIR", folder.toString()))
                .toArray(String[]::new);
        return CommandRun.of(args);
    }
}
