package espalier.cli;

import espalier.graph.BadInputException;
import espalier.onnx.OnnxFile;
import espalier.runtime.FamilyManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a family is made of: models and recipes by the names of their variants, and the folder to which they go.
 *
 * @param force whether other files and runs in the folder may be replaced
 */
record VariantFiles(Map<String, Path> items, Path folder, boolean force) {
    /**
     * @throws BadInputException when two have one name, or a file of that name is in the folder that no earlier family put there
     */
    static VariantFiles of(List<Path> items, Path folder, boolean force) throws IOException {
        Map<String, Path> named = new LinkedHashMap<>();
        for (Path item : items) {
            String name = String.valueOf(item.getFileName()).replaceFirst("\\.(onnx|ya?ml)$", "");
            if (named.putIfAbsent(name, item) != null) {
                throw BadInputException.of("%s: two variants are called '%s': rename one", item, name);
            }
        }
        VariantFiles files = new VariantFiles(named, folder, force);
        files.requireFree();
        return files;
    }

    private void requireFree() throws IOException {
        Set<String> earlier = force ? Set.of() : earlier();
        for (Map.Entry<String, Path> e : items.entrySet()) {
            Path target = target(e.getKey());
            boolean free = force
                    || !Files.exists(target)
                    || Files.isSameFile(e.getValue(), target)
                    || earlier.contains(e.getKey() + ".onnx");
            if (!free) {
                throw BadInputException.of(
                        "%s: is there already and not of an earlier family: choose another --output, or --force to replace it",
                        target);
            }
        }
    }

    /** Files that a family has put into the folder before. */
    private Set<String> earlier() throws IOException {
        Path manifest = folder.resolve(FamilyManifest.FILE);
        Set<String> files = new HashSet<>();
        if (Files.exists(manifest)) {
            FamilyManifest.read(manifest)
                    .variants()
                    .forEach(v -> files.add(v.file().file()));
        }
        return files;
    }

    private Path target(String name) {
        return folder.resolve(name + ".onnx");
    }

    /** The models that need not be made first. */
    List<ModelFile> given() throws IOException {
        List<ModelFile> given = new ArrayList<>();
        for (Path item : items.values()) {
            if (!isRecipe(item)) {
                given.add(ModelFile.read(item));
            }
        }
        return given;
    }

    private static boolean isRecipe(Path item) {
        return item.toString().matches(".*\\.ya?ml");
    }

    /** Runs the recipes and puts all models into the folder. */
    Map<String, ModelFile> made(Console console) throws IOException {
        Files.createDirectories(folder);
        Map<String, ModelFile> models = new LinkedHashMap<>();
        for (Map.Entry<String, Path> e : items.entrySet()) {
            Path item = e.getValue();
            Path target = target(e.getKey());
            Path file = isRecipe(item) ? run(item, e.getKey(), console) : item;
            if (!Files.exists(target) || !Files.isSameFile(file, target)) {
                OnnxFile.write(ModelFile.read(file).model(), target);
            }
            models.put(e.getKey(), ModelFile.read(target));
        }
        return models;
    }

    private Path run(Path recipe, String name, Console console) throws IOException {
        return RunOptions.model(
                RecipeSource.read(recipe), folder.resolve("runs").resolve(name), force, console);
    }
}
