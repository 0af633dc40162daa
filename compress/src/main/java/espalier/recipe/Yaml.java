package espalier.recipe;

import espalier.config.Setting;
import espalier.graph.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.AnchorNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** YAML as {@link Setting}s that know their line and column. Anchors and aliases are refused: a recipe needs none. */
public final class Yaml {
    private static final int DEEPEST = 32;

    private final String source;

    private Yaml(String source) {
        this.source = source;
    }

    /**
     * The one document of a text.
     *
     * @param source how to call the text in messages: a file name or an option
     * @throws BadInputException when it is not YAML, is empty or holds an alias
     */
    public static Setting parse(String text, String source) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setUseMarks(true)
                .setAllowDuplicateKeys(false)
                .setAllowNonScalarKeys(true) // refused below, with their place
                .build();
        try {
            Node root = new Compose(settings)
                    .composeString(text)
                    .orElseThrow(() -> new BadInputException(source + ": is empty"));
            return new Yaml(source).setting(root, 0);
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(m -> source + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                    .orElse(source);
            throw new BadInputException(where + ": not valid YAML: " + oneLine(e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new BadInputException(source + ": not valid YAML: " + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private static String oneLine(String message) {
        return message.lines().findFirst().orElse("").strip();
    }

    private Setting setting(Node node, int depth) {
        String where = where(node);
        if (node instanceof AnchorNode || node.getAnchor().isPresent() || depth > DEEPEST) {
            throw new BadInputException(
                    where + ": anchors, aliases and deep nesting are not allowed: write the values out");
        }
        if (node instanceof ScalarNode s) {
            return new Setting.Scalar(s.getValue(), where);
        }
        if (node instanceof SequenceNode s) {
            List<Setting> items = new ArrayList<>();
            s.getValue().forEach(item -> items.add(setting(item, depth + 1)));
            return new Setting.Sequence(items, where);
        }
        return mapping((MappingNode) node, where, depth);
    }

    private Setting mapping(MappingNode node, String where, int depth) {
        Map<String, Setting> entries = new LinkedHashMap<>();
        Map<String, String> keys = new LinkedHashMap<>();
        for (NodeTuple t : node.getValue()) {
            if (!(t.getKeyNode() instanceof ScalarNode key)) {
                throw new BadInputException(where(t.getKeyNode()) + ": a key must be a word");
            }
            if (entries.put(key.getValue(), setting(t.getValueNode(), depth + 1)) != null) {
                throw new BadInputException(where(key) + ": key '" + key.getValue() + "' is given twice");
            }
            keys.put(key.getValue(), where(key));
        }
        return new Setting.Mapping(entries, keys, where);
    }

    private String where(Node node) {
        return node.getStartMark()
                .map(m -> source + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                .orElse(source);
    }

    /** A setting as YAML in block style; {@link #parse} reads it back. */
    public static String print(Setting setting) {
        StringBuilder out = new StringBuilder();
        print(setting, "", out);
        return out.toString();
    }

    private static void print(Setting setting, String indent, StringBuilder out) {
        if (setting instanceof Setting.Mapping m) {
            m.entries().forEach((key, value) -> {
                out.append(indent).append(quote(key)).append(':');
                printValue(value, indent + "  ", out);
            });
        } else if (setting instanceof Setting.Sequence s) {
            for (Setting item : s.items()) {
                out.append(indent).append('-');
                printValue(item, indent + "  ", out);
            }
        }
    }

    private static void printValue(Setting value, String indent, StringBuilder out) {
        if (value instanceof Setting.Scalar s) {
            out.append(' ').append(quote(s.text())).append('\n');
        } else if (value instanceof Setting.Mapping m && m.entries().isEmpty()) {
            out.append(" {}\n");
        } else if (value instanceof Setting.Sequence s && s.items().isEmpty()) {
            out.append(" []\n");
        } else {
            out.append('\n');
            print(value, indent, out);
        }
    }

    private static String quote(String text) {
        if (text.matches("[A-Za-z0-9./_][A-Za-z0-9./_@:+-]*(?<!:)") || text.matches("-?[0-9.]+(E-?[0-9]+)?")) {
            return text;
        }
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '\\' || c == '"') {
                out.append('\\').append((char) c);
            } else if (c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }
}
