package espalier.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.DataSet;
import espalier.data.DataSource;
import espalier.work.Monitor;
import espalier.work.Spots;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DividedTest {
    private final List<String> said = new ArrayList<>();

    private DataSource divided(DataSource data) {
        return Divided.of(data, new Monitor() {
            @Override
            public void say(String line) {
                said.add(line);
            }

            @Override
            public void progress(String task, long done, long total, String note) {}

            @Override
            public boolean stopping() {
                return false;
            }
        });
    }

    @Test
    void a_tenth_is_held_back_and_that_is_said() {
        DataSource data = divided(DataSource.of(new Spots(0, 300, true)));
        assertThat(data.train().size()).isEqualTo(270);
        assertThat(data.forMeasuring().size()).isEqualTo(30);
        assertThat(said).containsExactly("the data are not divided: 30 of 300 samples are held back to measure on");
    }

    @Test
    void of_few_samples_none_is_held_back() {
        DataSet few = new Spots(0, 99, true);
        DataSource data = divided(DataSource.of(few));
        assertThat(data.train()).isSameAs(few);
        assertThat(data.test()).isEmpty();
        assertThat(said).containsExactly("the data are not divided and few: figures are of the training samples");
    }

    @Test
    void what_is_divided_stays_so() {
        DataSource data = DataSource.of(new Spots(0, 300, true), new Spots(300, 9, true));
        assertThat(divided(data)).isSameAs(data);
        assertThat(said).isEmpty();
    }
}
