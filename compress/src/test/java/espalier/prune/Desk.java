package espalier.prune;

import espalier.config.Binder;
import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.data.InputSpec;
import espalier.data.Normalization;
import espalier.graph.Model;
import espalier.graph.Shape;
import espalier.graph.Tensor;
import espalier.onnx.OnnxText;
import espalier.recipe.Yaml;
import espalier.work.Monitor;
import espalier.work.Origin;
import espalier.work.OrtJudge;
import espalier.work.Referee;
import espalier.work.Workbench;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** What tests of pruning work with: small networks and data, and ONNX Runtime as referee. */
final class Desk {
    private Desk() {}

    /** Samples of one of several random patterns each, with noise: easy to tell apart. */
    record Clusters(int size, int classes, boolean labelled, Shape shape) implements DataSet {
        static Clusters of(int size, int classes, long... shape) {
            return new Clusters(size, classes, true, Shape.of(shape));
        }

        Clusters withoutLabels() {
            return new Clusters(size, classes, false, shape);
        }

        @Override
        public String name() {
            return "clusters";
        }

        @Override
        public List<InputSpec> inputs() {
            return List.of(InputSpec.floats(shape.toArray()));
        }

        @Override
        public List<String> classNames() {
            return labelled
                    ? IntStream.range(0, classes).mapToObj(c -> "class " + c).toList()
                    : List.of();
        }

        @Override
        public long label(int sample) {
            return labelled ? sample % classes : -1;
        }

        @Override
        public void fill(int sample, int input, float[] into, int offset) {
            Random pattern = new Random(sample % classes);
            Random noise = new Random(1000 + sample);
            for (int i = 0; i < shape.elements(); i++) {
                into[offset + i] = (float) (pattern.nextGaussian() + 0.5 * noise.nextGaussian());
            }
        }
    }

    static Workbench of(Model original, DataSet data) {
        return of(original, data, Optional.empty(), Path.of("none.ckpt"));
    }

    /** @param checkpoint in a folder that exists: training writes it */
    static Workbench of(Model original, DataSet data, Optional<Origin> origin, Path checkpoint) {
        return of(original, data, origin, checkpoint, Monitor.SILENT);
    }

    static Workbench of(Model original, DataSet data, Optional<Origin> origin, Path checkpoint, Monitor monitor) {
        return new Workbench(
                original, DataSource.of(data), Normalization.NONE, OrtJudge.still(), monitor, checkpoint, 1, origin);
    }

    /** Settings as a recipe has them. */
    static Prune settings(String yaml) {
        return Binder.record(new Prune(), Yaml.parse(yaml, "test"));
    }

    /** A model from ONNX's text form. */
    static Model model(String graph) {
        return OnnxText.parse("<ir_version: 8, opset_import: [\"\" : 17]> net " + graph);
    }

    static float[] weights(Model model, String name) {
        return Optional.ofNullable(model.graph().initializers().get(name))
                .orElseThrow()
                .toFloats();
    }

    static Map<String, Tensor> outputs(Model model, DataSet data) {
        Workbench bench = of(model, data);
        try (Referee.Session session = bench.referee().open(model)) {
            return session.run(espalier.work.Evaluation.named(
                    model, bench.testBatches(model).batch(0, 0)));
        }
    }
}
