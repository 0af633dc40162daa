package espalier.distill;

import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;
import java.util.List;

/** Who teaches whom. */
public sealed interface Regime permits Plain, Mutual, BornAgain, Assistants {
    /** Trains a student. */
    Outcome run(Distill how, Model student, Workbench bench);

    /** Files and {@code zoo:} networks that take part besides teacher and student. */
    default List<String> networks() {
        return List.of();
    }
}
