package espalier.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The folder of these sources. */
final class Home {
    private Home() {}

    static Path path() {
        return Path.of(System.getProperty("espalier.home", "."))
                .toAbsolutePath()
                .normalize();
    }

    static Path resolve(String path) {
        return path().resolve(path);
    }

    /** The commit that is checked out, marked with a plus where sources differ from it. */
    static String commit() throws IOException, InterruptedException {
        String git = path().toString();
        String commit = Child.run(List.of("git", "-C", git, "rev-parse", "--short=10", "HEAD"))
                .strip();
        String changes = Child.run(
                List.of("git", "-C", git, "status", "--porcelain", "--untracked-files=no", "--", ":!docs", ":!*.md"));
        return changes.isBlank() ? commit : commit + "+";
    }
}
