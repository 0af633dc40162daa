package espalier.distill;

import espalier.config.Method;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import espalier.work.Outcome;
import espalier.work.Workbench;

/** The teacher, or the mean of several, teaches the student. */
@Method(
        key = "plain",
        summary = "the teacher teaches the student",
        paper = "Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv:1503.02531")
public record Plain() implements Regime {
    @Override
    public Outcome run(Distill how, Model student, Workbench bench) {
        Lesson lesson = Lesson.of(how, student, Lesson.teachers(how, bench), bench);
        if (how.teacher().isEmpty()
                && lesson.student().graph().equals(lesson.teachers().get(0).graph())) {
            throw new BadInputException("teacher is missing: the network would learn from itself, name an ONNX file");
        }
        return lesson.run("distill");
    }
}
