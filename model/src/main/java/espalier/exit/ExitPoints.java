package espalier.exit;

import espalier.config.Binder;
import espalier.config.Family;
import espalier.config.Setting;
import espalier.graph.BadInputException;
import espalier.graph.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model with several exits says of them in its metadata. Its first output is the last exit; the others are outputs besides.
 *
 * @param values where the early exits are attached, in the order of the graph
 * @param outputs the outputs of the early exits
 * @param rule when a sample leaves
 * @param thresholds one for each early exit
 */
public record ExitPoints(List<String> values, List<String> outputs, ExitRule rule, List<Double> thresholds) {
    private static final String VALUES = "espalier.exits.values";
    private static final String OUTPUTS = "espalier.exits.outputs";
    private static final String RULE = "espalier.exits.rule";
    private static final String THRESHOLDS = "espalier.exits.thresholds";
    private static final String BETWEEN = "\t";

    public ExitPoints {
        values = List.copyOf(values);
        outputs = List.copyOf(outputs);
        thresholds = List.copyOf(thresholds);
        if (values.isEmpty() || outputs.size() != values.size() || thresholds.size() != values.size()) {
            throw BadInputException.of(
                    "%d early exits with %d outputs and %d thresholds: give one of each to every early exit",
                    values.size(), outputs.size(), thresholds.size());
        }
    }

    /** Empty for a model with one exit. */
    public static Optional<ExitPoints> of(Model model) {
        Map<String, String> said = model.metadata();
        if (!said.containsKey(VALUES)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ExitPoints(
                    split(said.getOrDefault(VALUES, "")),
                    split(said.getOrDefault(OUTPUTS, "")),
                    rule(said.getOrDefault(RULE, "")),
                    split(said.getOrDefault(THRESHOLDS, "")).stream()
                            .map(Double::valueOf)
                            .toList()));
        } catch (NumberFormatException e) {
            throw new BadInputException(THRESHOLDS + " of the model are not numbers: train its exits again", e);
        }
    }

    /** The rule of that key. */
    public static ExitRule rule(String key) {
        return Binder.member(ExitRule.class, new Setting.Scalar(key, "rule"));
    }

    private static List<String> split(String joined) {
        return Arrays.asList(joined.split(BETWEEN));
    }

    /** The outputs of all exits, the last exit's last. */
    public List<String> all(Model model) {
        List<String> all = new ArrayList<>(outputs);
        all.add(model.graph().outputNames().get(0));
        return all;
    }

    public ExitPoints with(ExitRule newRule, List<Double> newThresholds) {
        return new ExitPoints(values, outputs, newRule, newThresholds);
    }

    /** Says that a step cannot go on from a model with exits. */
    public void refuse() {
        throw BadInputException.of(
                "the network has exits at %s, with thresholds for it as it is: put the step 'exits' last",
                String.join(", ", values));
    }

    /** The model with these exits in its metadata. */
    public Model into(Model model) {
        Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
        metadata.put(VALUES, String.join(BETWEEN, values));
        metadata.put(OUTPUTS, String.join(BETWEEN, outputs));
        metadata.put(RULE, Family.keyOf((Record) rule));
        metadata.put(THRESHOLDS, thresholds.stream().map(String::valueOf).collect(Collectors.joining(BETWEEN)));
        return model.withMetadata(metadata);
    }
}
