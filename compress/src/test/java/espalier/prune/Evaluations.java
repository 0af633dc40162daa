package espalier.prune;

import espalier.data.DataSet;
import espalier.graph.Model;
import espalier.work.Evaluation;
import espalier.work.Referee;
import espalier.work.Workbench;

/** What ONNX Runtime says of a classifier. */
final class Evaluations {
    private Evaluations() {}

    static Evaluation of(Model model, DataSet data) {
        Workbench bench = Desk.of(model, data);
        try (Referee.Session session = bench.referee().open(model)) {
            return Evaluation.of(model, session, bench.testBatches(model));
        }
    }
}
