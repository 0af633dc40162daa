package espalier.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The commands. */
final class Commands {
    /**
     * A command.
     *
     * @param name what the user types
     * @param summary one line for the help
     * @param command makes it, when it is asked for; its call returns an {@link ExitCode}
     */
    record Entry(String name, String summary, Function<Console, Callable<Integer>> command) {}

    /** In the order of the help. */
    static final List<Entry> ALL = List.of(
            new Entry(
                    "quickstart",
                    "train, prune, distill and quantize a network on bundled data",
                    QuickstartCommand::new),
            new Entry("inspect", "layers, parameters, MACs, memory and channel groups of a model", InspectCommand::new),
            new Entry("train", "train a network with labels", console -> new StepCommand(console, "train")),
            new Entry("prune", "remove channels and retrain", console -> new StepCommand(console, "prune")),
            new Entry(
                    "sensitivity",
                    "how much of each layer a network can lose, before pruning it",
                    SensitivityCommand::new),
            new Entry(
                    "cluster",
                    "few values for the weights of each layer, and their training",
                    console -> new StepCommand(console, "cluster")),
            new Entry("binarize", "weights of two or three values", console -> new StepCommand(console, "binarize")),
            new Entry("quantize", "compute on 8-bit whole numbers", QuantizeCommand::new),
            new Entry("distill", "train a student to be close to a teacher", DistillCommand::new),
            new Entry("factorize", "split layers into chains of smaller ones", FactorizeCommand::new),
            new Entry("exits", "let easy samples leave early", console -> new StepCommand(console, "exits")),
            new Entry("slim", "several widths on one set of weights", console -> new StepCommand(console, "slim")),
            new Entry("width", "take one of several widths", console -> new StepCommand(console, "width")),
            new Entry("compress", "run the steps of a recipe", CompressCommand::new),
            new Entry("pack", "a model in a packed file: codebooks, sparse labels, entropy coding", PackCommand::new),
            new Entry("unpack", "a packed file as ONNX again", UnpackCommand::new),
            new Entry("family", "several models side by side, to choose from at run time", FamilyCommand::new),
            new Entry("eval", "accuracy and loss in ONNX Runtime", EvalCommand::new),
            new Entry("bench", "latency in ONNX Runtime, size and cost", BenchCommand::new),
            new Entry("compare", "several models side by side", CompareCommand::new),
            new Entry("data", "data sets: list, fetch, show", DataCommand::new),
            new Entry("methods", "every method: key, what it does, paper", MethodsCommand::new),
            new Entry("doctor", "Java, processor, memory, native libraries and their cache", DoctorCommand::new),
            new Entry("completion", "completion script for bash and zsh", CompletionCommand::new));

    private Commands() {}

    static Optional<Entry> named(String name) {
        return ALL.stream().filter(e -> e.name().equals(name)).findFirst();
    }
}
