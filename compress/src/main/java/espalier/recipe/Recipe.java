package espalier.recipe;

import espalier.config.Binder;
import espalier.config.Nearest;
import espalier.config.Setting;
import espalier.graph.BadInputException;
import espalier.work.MayTrain;
import espalier.work.ReadsFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A whole run in one file: a model, its data, and steps that are taken one after the other, each measured.
 *
 * <pre>
 * model: zoo:lenet5            # or a file
 * data: fashion-mnist          # a catalog name, a folder or a file
 * seed: 1
 * steps:
 *   - train: {epochs: 3}
 *   - prune: {ratio: 50%}
 * </pre>
 *
 * @param model a file, relative to the recipe, or {@code zoo:NAME}; as it was written
 * @param data what {@code espalier.data} opens
 * @param seed from which every random choice of the run follows
 * @param steps at least one
 */
public record Recipe(String model, String data, long seed, List<Step> steps) {
    private static final String ZOO = "zoo:";
    private static final List<String> KEYS = List.of("model", "data", "seed", "steps");

    /**
     * One step with its settings.
     *
     * @param kind what is done
     * @param config the record of the step, an instance of {@code kind.defaults()}'s class
     */
    public record Step(StepKind<?> kind, Record config) {
        /** Whether it needs the training engine. */
        public boolean trains() {
            return !(config instanceof MayTrain m) || m.trains();
        }
    }

    public Recipe {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new BadInputException("steps is empty: name at least one, such as '- prune: {ratio: 50%}'");
        }
        for (int i = 1; i < steps.size(); i++) {
            steps.get(i - 1).kind.requireNext(steps.get(i).kind);
        }
    }

    public static Recipe read(Path file) throws IOException {
        try {
            return parse(Files.readString(file), String.valueOf(file.getFileName()));
        } catch (CharacterCodingException e) {
            throw new BadInputException(file + ": is not UTF-8: save it so", e);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }

    /** The network's name where it is one of the zoo. */
    public Optional<String> zoo() {
        return model.startsWith(ZOO) ? Optional.of(model.substring(ZOO.length())) : Optional.empty();
    }

    /** A recipe from YAML text; {@code source} is how messages call it. */
    public static Recipe parse(String yaml, String source) {
        if (!(Yaml.parse(yaml, source) instanceof Setting.Mapping root)) {
            throw new BadInputException(
                    source + ":1:1: a recipe is a mapping with the keys " + String.join(", ", KEYS));
        }
        for (String key : root.entries().keySet()) {
            if (!KEYS.contains(key)) {
                throw new BadInputException(
                        root.whereIs(key) + ": unknown key '" + key + "'" + Nearest.hint(key, KEYS));
            }
        }
        String model = text(root, "model");
        String data = text(root, "data");
        long seed = seed(root);
        List<Step> steps = steps(root);
        try {
            return new Recipe(model, data, seed, steps);
        } catch (BadInputException e) {
            throw new BadInputException(root.whereIs("steps") + ": " + e.getMessage(), e);
        }
    }

    private static String text(Setting.Mapping root, String key) {
        Setting s = required(root, key);
        if (s instanceof Setting.Scalar scalar && !scalar.text().isBlank()) {
            return scalar.text();
        }
        throw s.error("%s needs a single value", key);
    }

    private static Setting required(Setting.Mapping root, String key) {
        Setting s = root.entries().get(key);
        if (s == null) {
            throw root.error("'%s' is missing", key);
        }
        return s;
    }

    private static long seed(Setting.Mapping root) {
        Setting s = root.entries().get("seed");
        if (s == null) {
            return 1;
        }
        try {
            return Long.parseLong(((Setting.Scalar) s).text());
        } catch (ClassCastException | NumberFormatException e) {
            throw s.error("seed needs a whole number");
        }
    }

    private static List<Step> steps(Setting.Mapping root) {
        Setting written = required(root, "steps");
        if (!(written instanceof Setting.Sequence list) || list.items().isEmpty()) {
            throw written.error("steps needs a list, each item one of: %s", String.join(", ", StepKind.keys()));
        }
        List<Step> steps = new ArrayList<>();
        list.items().forEach(item -> steps.add(step(item)));
        return steps;
    }

    private static Step step(Setting item) {
        if (item instanceof Setting.Scalar s) {
            return step(s.text(), Setting.empty(s.where()), s.where());
        }
        if (item instanceof Setting.Mapping m && m.entries().size() == 1) {
            var entry = m.entries().entrySet().iterator().next();
            return step(entry.getKey(), entry.getValue(), m.whereIs(entry.getKey()));
        }
        throw item.error("a step is one of: %s", String.join(", ", StepKind.keys()));
    }

    private static Step step(String key, Setting settings, String where) {
        StepKind<?> kind = StepKind.find(key)
                .orElseThrow(() -> new BadInputException(
                        where + ": unknown step '" + key + "'" + Nearest.hint(key, StepKind.keys())));
        return new Step(kind, Binder.record((Record) kind.defaults(), settings));
    }

    /** This recipe as YAML with every default written out: {@link #parse} reads back an equal one. */
    public String toYaml() {
        return toYaml(UnaryOperator.identity());
    }

    /** @param place where a file or folder is that the recipe names, as it shall be written */
    public String toYaml(UnaryOperator<String> place) {
        List<Setting> items = new ArrayList<>();
        for (Step s : steps) {
            Setting settings = Binder.write(s.config, "");
            items.add(Setting.empty("")
                    .with(
                            s.kind.key(),
                            s.config instanceof ReadsFiles reads ? placed(settings, named(reads), place) : settings));
        }
        return Yaml.print(Setting.empty("")
                .with("model", new Setting.Scalar(zoo().isPresent() ? model : place.apply(model), ""))
                .with("data", new Setting.Scalar(place.apply(data), ""))
                .with("seed", new Setting.Scalar(Long.toString(seed), ""))
                .with("steps", new Setting.Sequence(items, "")));
    }

    /** Names of all files that a run of it reads besides its data. */
    public List<String> files() {
        List<String> all = new ArrayList<>(zoo().isPresent() ? List.of() : List.of(model));
        for (Step s : steps) {
            if (s.config instanceof ReadsFiles reads) {
                all.addAll(named(reads));
            }
        }
        return all;
    }

    private static List<String> named(ReadsFiles reads) {
        return Stream.concat(reads.files().stream(), reads.others().stream()).toList();
    }

    private static Setting placed(Setting setting, List<String> files, UnaryOperator<String> place) {
        if (setting instanceof Setting.Scalar s) {
            return files.contains(s.text()) ? new Setting.Scalar(place.apply(s.text()), s.where()) : s;
        }
        if (setting instanceof Setting.Sequence s) {
            return new Setting.Sequence(
                    s.items().stream().map(i -> placed(i, files, place)).toList(), s.where());
        }
        Setting.Mapping all = (Setting.Mapping) setting;
        Setting.Mapping placed = all;
        for (Map.Entry<String, Setting> e : all.entries().entrySet()) {
            placed = placed.with(e.getKey(), placed(e.getValue(), files, place));
        }
        return placed;
    }
}
