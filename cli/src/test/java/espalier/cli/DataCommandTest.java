package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Catalog;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandTest {
    @TempDir
    Path folder;

    @Test
    void lists_every_name_of_the_catalog() {
        assertThat(CommandRun.of("data").out()).contains(Catalog.names());
        assertThat(CommandRun.of("data", "list", "--json").out()).contains("\"licence\" : \"MIT; ");
    }

    @Test
    void shows_parts_and_classes() throws Exception {
        Path csv = Files.writeString(folder.resolve("p.csv"), "a,b,class\n2,1,x\n1,2,y\n3,1,x\n");
        CommandRun run = CommandRun.of("data", "show", csv.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .anyMatch(l -> l.matches("all +3 +float\\[2] +2"))
                .anyMatch(l -> l.matches(" *0 +x +2 +-"))
                .anyMatch(l -> l.matches(" *1 +y +1 +-"));
    }
}
