package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataTest {
    private static final Path SAMPLES = Path.of("../samples");

    @TempDir
    Path folder;

    @Test
    void a_catalog_name_knows_its_classes() throws IOException {
        DataSource source = Data.open("fashion-mnist", Reading.in(List.of(folder, SAMPLES)));
        assertThat(source.train().classNames())
                .hasSize(10)
                .startsWith("T-shirt/top")
                .endsWith("Ankle boot");
    }

    @Test
    void the_bundled_files_are_those_of_the_catalog() throws IOException {
        for (RemoteFile file : Catalog.entry("fashion-mnist").files()) {
            assertThat(file.checksum().matches(SAMPLES.resolve("fashion-mnist").resolve(file.name())))
                    .as(file.name())
                    .isTrue();
        }
    }

    @Test
    void says_how_to_get_what_is_not_there() {
        assertThatThrownBy(() -> Data.open("cifar10", Reading.in(List.of(folder))))
                .hasMessage(
                        "cifar10: not on this machine: run 'espalier data fetch cifar10', or give the folder it is in");
    }

    @Test
    void refuses_what_is_neither_a_path_nor_a_name() {
        assertThatThrownBy(() -> Data.open("cifar01", new Reading()))
                .hasMessage("cifar01: no such file, folder or data set, did you mean 'cifar10'?");
        assertThatThrownBy(() -> Data.open("no\nsuch\0", new Reading()))
                .hasMessage("no\\u000asuch\\u0000: no such file, folder or data set;"
                        + " known: fashion-mnist, mnist, cifar10, cifar100");
    }

    @Test
    void refuses_a_file_of_no_known_kind() throws IOException {
        Path file = Files.write(folder.resolve("x"), new byte[] {1, 2, 3, 4});
        assertThatThrownBy(() -> Data.open(file.toString(), new Reading()))
                .hasMessage(
                        file + ": of no known kind: give IDX, CIFAR binary, npz, npy or CSV, or a folder of images");
    }

    @Test
    void what_was_read_has_a_checksum_of_its_files() throws IOException {
        Path train = Files.writeString(folder.resolve("train.csv"), "1,a\n");
        Path test = Files.writeString(folder.resolve("test.csv"), "2,a\n");
        DataSource source = Data.open(folder.toString(), new Reading());
        assertThat(source.files()).containsExactly(train, test);
        String before = source.sha256();
        assertThat(before).hasSize(64).isEqualTo(source.sha256());
        Files.writeString(test, "3,a\n");
        assertThat(source.sha256()).isNotEqualTo(before);
    }
}
