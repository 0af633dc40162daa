package espalier.dynamic;

import espalier.config.Family;
import espalier.exit.ExitPoints;
import espalier.graph.Model;
import espalier.work.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the step {@code exits} found.
 *
 * @param points exits with their calibrated thresholds
 * @param model with its exits
 * @param labelled whether it is known which answers are right; else those count that agree with the last exit
 * @param held what the thresholds lead to on samples held back from training, from which they were chosen
 * @param curve other thresholds, found on the same samples
 * @param test judges thresholds on samples that measure
 * @param before accuracy without exits, before the step
 * @param control accuracy without exits after as much training; empty where none was trained
 * @param millis of each stage, then of the network without exits
 */
record ExitFindings(
        ExitPoints points,
        Model model,
        boolean labelled,
        OperatingPoint held,
        List<OperatingPoint> curve,
        Calibration test,
        OptionalDouble before,
        OptionalDouble control,
        double[] millis) {
    Outcome outcome(List<String> trained) {
        OperatingPoint early = test.at(points.thresholds());
        OperatingPoint last = test.only(points.values().size());
        List<String> notes = new ArrayList<>(trained);
        Map<String, Object> details = new LinkedHashMap<>();
        List<Object> exits = new ArrayList<>();
        long[] macs = test.macs();
        for (int k = 0; k < macs.length; k++) {
            boolean isLast = k == macs.length - 1;
            double alone = test.only(k).accuracy();
            String where = isLast ? "last exit" : "exit at " + points.values().get(k);
            notes.add(line(
                    "%s: %s, %d MACs, %.3f ms, %.1f %% leave here%s",
                    where,
                    worth(alone),
                    macs[k],
                    upTo(k),
                    100 * early.shares().get(k),
                    isLast ? "" : line(" (threshold %.4g)", points.thresholds().get(k))));
            exits.add(exit(k, isLast, alone, macs[k], early.shares().get(k)));
        }
        notes.add(line(
                "early exits: %s at %.0f MACs on average, %.2fx fewer, in %.3f ms; without exits %.3f ms",
                worth(early.accuracy()),
                early.macs(),
                last.macs() / early.macs(),
                expected(early),
                millis[millis.length - 1]));
        before.ifPresent(b -> notes.add(line(
                "the last exit against the network without exits: %.2f %% and %.2f %%",
                100 * last.accuracy(), 100 * control.orElse(b))));
        details.put("rule", Family.keyOf(points.rule()));
        details.put("thresholds", points.thresholds());
        details.put(key(), early.accuracy());
        details.put("meanMacs", early.macs());
        details.put("latencyMillis", expected(early));
        details.put("latencyMillisWithoutExits", millis[millis.length - 1]);
        details.put(heldOutKey(), held.accuracy());
        details.put("exits", exits);
        before.ifPresent(b -> details.put("accuracyWithoutExits", b));
        control.ifPresent(c -> details.put("accuracyWithoutExitsSameBudget", c));
        details.put("curve", curve.stream().map(this::point).toList());
        return new Outcome(points.into(model), notes, details);
    }

    private String worth(double share) {
        return line(labelled ? "%.2f %% right" : "%.2f %% agree with the last exit", 100 * share);
    }

    private String key() {
        return labelled ? "accuracy" : "agreement";
    }

    private String heldOutKey() {
        return labelled ? "heldOutAccuracy" : "heldOutAgreement";
    }

    private Map<String, Object> exit(int k, boolean isLast, double alone, long macs, double share) {
        Map<String, Object> exit = new LinkedHashMap<>();
        exit.put(
                "value",
                isLast ? model.graph().outputNames().get(0) : points.values().get(k));
        exit.put(key(), alone);
        exit.put("macs", macs);
        exit.put("latencyMillis", upTo(k));
        exit.put("share", share);
        return exit;
    }

    /** Thresholds that were found on samples held back, and what they lead to on those that measure. */
    private Map<String, Object> point(OperatingPoint found) {
        OperatingPoint p = test.at(found.thresholds());
        Map<String, Object> point = new LinkedHashMap<>();
        point.put("thresholds", p.thresholds());
        point.put(key(), p.accuracy());
        point.put("meanMacs", p.macs());
        point.put("latencyMillis", expected(p));
        point.put(heldOutKey(), found.accuracy());
        return point;
    }

    /** Milliseconds of all stages up to an exit. */
    private double upTo(int exit) {
        return Arrays.stream(millis, 0, exit + 1).sum();
    }

    /** Milliseconds of a sample on average, as its stages take: those it does not reach take none. */
    private double expected(OperatingPoint p) {
        double sum = 0;
        for (int k = 0; k < p.shares().size(); k++) {
            sum += p.shares().get(k) * upTo(k);
        }
        return sum;
    }

    private static String line(String template, Object... values) {
        return String.format(Locale.ROOT, template, values);
    }
}
