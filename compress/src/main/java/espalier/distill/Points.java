package espalier.distill;

import espalier.graph.BadInputException;
import java.util.List;

/**
 * Values of the two graphs that a loss compares, one of the student with one of the teacher, in order.
 *
 * @param where to look when no names are given
 * @param student names or patterns ({@code *} stands for any text) of the student's graph; {@code logits} stands for its scores;
 *     empty or {@code auto} to have them chosen
 * @param teacher as many of the teacher's
 */
public record Points(Where where, List<String> student, List<String> teacher) {
    /** Nowhere: the scores are enough. */
    public static final Points NONE = new Points(Where.SCORES, List.of(), List.of());

    private static final String AUTO = "auto";

    /** Places that every classifier has. */
    public enum Where {
        /** The scores before the softmax. */
        SCORES,
        /** What goes into the layer that makes the scores: a vector for each sample. */
        EMBEDDING,
        /** The end of the middle stage of those that both networks have. */
        MIDDLE,
        /** The end of the last stage. */
        LAST,
        /** The ends of all stages: parts of the network that work at one resolution. */
        STAGES;

        /** Whether it is one value, by the nature of the losses that look there. */
        boolean isOne() {
            return this == SCORES || this == EMBEDDING || this == LAST;
        }
    }

    public Points {
        student = chosen(student);
        teacher = chosen(teacher);
        if (student.isEmpty() != teacher.isEmpty()) {
            throw BadInputException.of(
                    "%s names values, but %s names none: give both, or neither to have them chosen",
                    student.isEmpty() ? "teacher" : "student", student.isEmpty() ? "student" : "teacher");
        }
    }

    private static List<String> chosen(List<String> names) {
        return names.equals(List.of(AUTO)) ? List.of() : List.copyOf(names);
    }

    /** Whether the user left the choice to us. */
    public boolean chosenByUs() {
        return student.isEmpty();
    }
}
