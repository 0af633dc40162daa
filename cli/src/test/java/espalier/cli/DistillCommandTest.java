package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.runtime.OrtSession;
import espalier.torch.GraphPart;
import espalier.zoo.Zoo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillCommandTest {
    @TempDir
    Path folder;

    /** Three clouds of points. */
    private String points() throws IOException {
        StringBuilder csv = new StringBuilder("a,b,class\n");
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            int c = i % 3;
            csv.append(random.nextGaussian() + 3 * (c == 1 ? 1 : 0)).append(',');
            csv.append(random.nextGaussian() + 3 * (c == 2 ? 1 : 0))
                    .append(',')
                    .append("xyz".charAt(c))
                    .append('\n');
        }
        return Files.writeString(folder.resolve("points.csv"), csv).toString();
    }

    /** Of 9x9 and 10x10 pixels, in colour. */
    private Path pictures() throws IOException {
        Path photos = folder.resolve("photos");
        for (int i = 0; i < 20; i++) {
            Path of = Files.createDirectories(photos.resolve(i % 2 == 0 ? "dark" : "light"));
            BufferedImage image = new BufferedImage(9 + i % 3 / 2, 9 + i % 3 / 2, BufferedImage.TYPE_INT_RGB);
            image.setRGB(4, 4, i % 2 == 0 ? 0 : 0xffffff);
            ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
        }
        return photos;
    }

    @Test
    void a_new_student_takes_pictures_in_the_size_of_its_teacher() throws IOException {
        Path teacher = folder.resolve("teacher.onnx");
        OnnxFile.write(Zoo.create("mlp-16", 3, 8, 8, 2, 5), teacher);
        Path out = folder.resolve("taught");
        CommandRun run = CommandRun.of(("distill --teacher " + teacher + " --student zoo:mlp-4 --data " + pictures()
                        + " --epochs 1 --batch 8 --threads 1 -o " + out)
                .split(" "));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(OnnxFile.read(out.resolve("model.onnx"))
                        .graph()
                        .inputs()
                        .get(0)
                        .type()
                        .orElseThrow())
                .hasToString("float[N,3,8,8]");
    }

    /** Each generation alone in ONNX Runtime; their mean is what the one file says. */
    @Test
    void an_ensemble_in_one_file_is_the_mean_of_its_members_in_onnx_runtime() throws IOException {
        Path teacher = folder.resolve("teacher.onnx");
        OnnxFile.write(Zoo.create("mlp-16", 1, 1, 2, 3, 5), teacher);
        CommandRun run = CommandRun.of(
                "distill",
                "--teacher",
                teacher.toString(),
                "--student",
                "zoo:mlp-4",
                "--data",
                points(),
                "--epochs",
                "2",
                "--batch",
                "32",
                "--regime",
                "{born-again: {generations: 2, ensemble: true}}",
                "-o",
                folder.resolve("run").toString(),
                "--threads",
                "1");
        assertThat(run.code()).as(run.err()).isZero();
        Model ensemble = OnnxFile.read(folder.resolve("run/model.onnx"));
        Map<String, Tensor> input = Map.of("input", Tensor.floats(Shape.of(2, 1, 1, 2), 0.5f, -1, 2, 3));
        float[] mean = run(ensemble, input, "logits");
        float[] first = run(GraphPart.between(ensemble, List.of(), List.of("m0.logits")), input, "m0.logits");
        float[] second = run(GraphPart.between(ensemble, List.of(), List.of("m1.logits")), input, "m1.logits");
        assertThat(first).isNotEqualTo(second);
        for (int i = 0; i < mean.length; i++) {
            assertThat(mean[i]).isCloseTo((first[i] + second[i]) / 2, within(1e-5f));
        }
    }

    private static float[] run(Model model, Map<String, Tensor> inputs, String output) {
        OrtSession session = OrtSession.of(OnnxFile.bytes(model), 1);
        try {
            return session.run(inputs).get(output).toFloats();
        } finally {
            session.close();
        }
    }

    /** The recipe in a run's folder names files from there, so that it makes the run again. */
    @Test
    void the_recipe_that_a_run_leaves_makes_it_again() throws IOException {
        points();
        OnnxFile.write(Zoo.create("mlp-16", 1, 1, 2, 3, 5), folder.resolve("teacher.onnx"));
        OnnxFile.write(Zoo.create("mlp-4", 1, 1, 2, 3, 6), folder.resolve("model.onnx"));
        String recipe = """
                model: model.onnx
                data: points.csv
                steps:
                  - distill: {teacher: %s.onnx, training: {epochs: 1, batch: 32}}
                """;
        Path file = folder.resolve("recipe.yaml");
        Path first = folder.resolve("runs/first");
        Files.writeString(file, recipe.formatted("techer"));
        CommandRun wrong = compress(file, first);
        assertThat(wrong.code()).isNotZero();
        assertThat(first).doesNotExist();
        Files.writeString(file, recipe.formatted("teacher"));
        assertThat(compress(file, first).code()).isZero();
        assertThat(first.resolve("recipe.yaml"))
                .content()
                .contains("model: ../../model.onnx", "data: ../../points.csv", "../../teacher.onnx");
        Path again = folder.resolve("again");
        CommandRun second = compress(first.resolve("recipe.yaml"), again);
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(OnnxFile.read(again.resolve("model.onnx")).graph())
                .isEqualTo(OnnxFile.read(first.resolve("model.onnx")).graph());
    }

    private static CommandRun compress(Path recipe, Path to) {
        return CommandRun.of("compress", recipe.toString(), "-o", to.toString(), "--threads", "1");
    }

    @Test
    void lists_losses_and_regimes() {
        CommandRun run = CommandRun.of("distill", "--list");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("--loss", "soft-targets", "rkd-angle", "--regime", "born-again", "arXiv:1503.02531");
    }

    @Test
    void says_what_is_missing() throws IOException {
        CommandRun alone = CommandRun.of(
                "distill",
                "--student",
                "zoo:mlp-4",
                "--data",
                points(),
                "-o",
                folder.resolve("x").toString());
        assertThat(alone.code()).isEqualTo(65);
        assertThat(alone.err())
                .isEqualTo("espalier: teacher is missing: a new network cannot learn from itself, name an ONNX file\n");
        CommandRun odd =
                CommandRun.of("distill", "--student", "zoo:mlp-4", "--data", points(), "--loss", "sof-targets");
        assertThat(odd.err()).contains("unknown method 'sof-targets', did you mean 'soft-targets'?");
    }
}
