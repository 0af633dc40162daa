package espalier.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How Java is started: as it comes, or with what {@code ./espalier} gives to commands that do not train. */
final class Launcher {
    private Launcher() {}

    static String script() {
        return Home.resolve("espalier").toString();
    }

    /** Java with our classes and no options. */
    static List<String> plain() {
        return List.of(java(), "-cp", System.getProperty("java.class.path"));
    }

    /** Java with the options and the archive of classes of {@code ./espalier}, which is built when it is not. */
    static List<String> asEspalier() throws IOException, InterruptedException {
        Child.run(List.of(script(), "--version"));
        Path app = Home.resolve(".espalier/app");
        List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        if (Files.exists(app.resolve("classes.jsa"))) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + app.resolve("classes.jsa"), "-Xlog:disable"));
        }
        String classes = Files.readString(app.resolve("classpath")).strip();
        command.addAll(List.of("-cp", classes + ":" + Home.resolve("bench/target/classes")));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
