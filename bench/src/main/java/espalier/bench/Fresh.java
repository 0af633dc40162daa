package espalier.bench;

import espalier.channel.ChannelGroups;
import espalier.graph.Model;
import espalier.onnx.OnnxFile;
import espalier.pass.Passes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JVM that has just started needs, in milliseconds.
 *
 * @param read reading a model
 * @param groups finding its channel groups after that
 * @param cpu processor time of the thread that does so: suffers less from other work on the machine
 */
record Fresh(double read, double groups, double cpu) {
    static final String READ = "read";
    static final String GROUPS = "groups";

    /** In the new JVM: {@link #READ} or {@link #GROUPS}, and the model. */
    public static void main(String[] arguments) throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        Model model = OnnxFile.read(Path.of(arguments[1]));
        long read = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        if (arguments[0].equals(GROUPS)) {
            groups(model);
        }
        long end = System.nanoTime();
        System.out.println((read - start) / 1e6 + " " + (end - read) / 1e6 + " "
                + (threads.getCurrentThreadCpuTime() - cpu) / 1e6);
    }

    /** Groups of a model as it was read: preparing it is part of the work. */
    static ChannelGroups groups(Model model) {
        return ChannelGroups.of(Passes.beforeTraining().apply(model));
    }

    /**
     * Starts a JVM and lets it measure.
     *
     * @param java the start of the command line, up to the class
     */
    static Fresh measure(List<String> java, String what, Path model) throws IOException, InterruptedException {
        String[] numbers = Child.run(command(java, what, model)).strip().split(" ");
        return new Fresh(
                Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]), Double.parseDouble(numbers[2]));
    }

    static List<String> command(List<String> java, String what, Path model) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(Fresh.class.getName(), what, model.toString()));
        return command;
    }
}
