package espalier.distill;

import espalier.config.Family;
import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * A feature of the student and the feature of the teacher that it is compared with.
 *
 * @param student what the loss reads, behind a regressor where there is one
 */
record Match(Feature student, Feature teacher) {
    /** Batch, channels, and at least one axis of places. */
    private static final int RANK_OF_MAPS = 3;

    /** What a loss compares in these two networks. */
    static List<Match> of(Distillation loss, Anatomy student, Anatomy teacher) {
        Points points = loss.points();
        List<Match> all = points.chosenByUs()
                ? chosen(points.where(), student, teacher)
                : paired(student.named(points.student(), "student"), teacher.named(points.teacher(), "teacher"));
        if (loss instanceof Fsp && all.size() < 2) {
            throw BadInputException.of(
                    "%s needs two stages or more, but the networks have %d in common: name values with student and"
                            + " teacher, or take another loss",
                    Family.keyOf(loss), all.size());
        }
        if (points.where().isOne() && all.size() > 1) {
            throw BadInputException.of(
                    "%s compares one value, but student names %d: give the loss once for each",
                    Family.keyOf(loss), all.size());
        }
        if (loss.comparesMaps()) {
            all.forEach(m -> Stream.of(m.student(), m.teacher()).forEach(f -> requireMap(loss, f)));
        }
        return all;
    }

    private static void requireMap(Distillation loss, Feature feature) {
        if (feature.shape().rank() < RANK_OF_MAPS) {
            throw BadInputException.of(
                    "%s compares feature maps, but '%s' is a vector for each sample: take similarity or features",
                    Family.keyOf(loss), feature.name());
        }
    }

    private static List<Match> paired(List<Feature> student, List<Feature> teacher) {
        if (student.size() != teacher.size()) {
            throw BadInputException.of(
                    "student names %d values, teacher %d: give one of the teacher's for each of the student's",
                    student.size(), teacher.size());
        }
        List<Match> all = new ArrayList<>();
        for (int i = 0; i < student.size(); i++) {
            all.add(new Match(student.get(i), teacher.get(i)));
        }
        return all;
    }

    private static List<Match> chosen(Points.Where where, Anatomy student, Anatomy teacher) {
        if (where == Points.Where.SCORES) {
            return List.of(new Match(student.scores(), teacher.scores()));
        }
        List<Match> embedding = List.of(new Match(student.embedding(), teacher.embedding()));
        if (where == Points.Where.EMBEDDING) {
            return embedding;
        }
        List<Match> stages = stages(student.stages(), teacher.stages());
        if (stages.isEmpty()) {
            return embedding;
        }
        return switch (where) {
            case MIDDLE -> List.of(stages.get((stages.size() - 1) / 2));
            case LAST -> List.of(stages.get(stages.size() - 1));
            default -> stages;
        };
    }

    /** Each stage of the network that has fewer with one of the other, in order, so that resolutions differ least in all. */
    static List<Match> stages(List<Feature> student, List<Feature> teacher) {
        if (student.size() > teacher.size()) {
            return stages(teacher, student).stream()
                    .map(m -> new Match(m.teacher(), m.student()))
                    .toList();
        }
        int n = student.size();
        int m = teacher.size();
        double[][] cost = new double[n + 1][m + 1];
        for (int i = 1; i <= n; i++) {
            cost[i][i - 1] = Double.POSITIVE_INFINITY;
            for (int j = i; j <= m; j++) {
                double both = cost[i - 1][j - 1] + gap(student.get(i - 1), teacher.get(j - 1));
                cost[i][j] = Math.min(cost[i][j - 1], both);
            }
        }
        List<Match> all = new ArrayList<>();
        for (int i = n, j = m; i > 0; j--) {
            if (cost[i][j] < cost[i][j - 1]) {
                all.add(new Match(student.get(i - 1), teacher.get(j - 1)));
                i--;
            }
        }
        Collections.reverse(all);
        return all;
    }

    private static double gap(Feature a, Feature b) {
        return Math.abs(Math.log(a.places() / b.places()));
    }
}
