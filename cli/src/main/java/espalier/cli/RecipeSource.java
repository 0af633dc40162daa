package espalier.cli;

import espalier.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A recipe and where it comes from.
 *
 * @param base what relative names in it are relative to
 * @param file that it was read from; empty where options say it all
 */
record RecipeSource(Recipe recipe, Path base, Optional<Path> file) {
    static RecipeSource of(Recipe recipe) {
        return new RecipeSource(recipe, Path.of(""), Optional.empty());
    }

    static RecipeSource read(Path file) throws IOException {
        Path base = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
        return new RecipeSource(Recipe.read(file), base, Optional.of(file));
    }

    /** The recipe as the run in a folder keeps it: with every default, and files named as they lie from there. */
    String keptIn(Path folder) throws IOException {
        Path home = real(folder.toAbsolutePath());
        return recipe.toYaml(name -> from(home, name));
    }

    /** A file that lies beside the recipe by its place as seen from the folder; anything else is called as it is. */
    private String from(Path home, String name) {
        Path file = base.resolve(name).toAbsolutePath();
        if (!Files.exists(file) || Path.of(name).isAbsolute() || !Objects.equals(file.getRoot(), home.getRoot())) {
            return name;
        }
        try {
            // a link in the last place stays one: weights may lie beside it
            Path place = Files.isSymbolicLink(file) ? beside(file) : real(file);
            return home.relativize(place).toString().replace('\\', '/');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An absolute path without links, as far as it is there. */
    private static Path real(Path path) throws IOException {
        return Files.exists(path) || path.getParent() == null ? path.toRealPath() : beside(path);
    }

    private static Path beside(Path path) throws IOException {
        return real(path.resolveSibling(""))
                .resolve(String.valueOf(path.getFileName()))
                .normalize();
    }

    /** Files that a run needs, the recipe among them unless it is what the run keeps of it. */
    List<Path> needed(String kept) throws IOException {
        List<Path> all = new ArrayList<>();
        recipe.files().forEach(name -> all.add(base.resolve(name)));
        if (file.isPresent() && !Files.readString(file.get()).equals(kept)) {
            all.add(file.get());
        }
        return all;
    }
}
