package espalier.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineConditionsTest {
    private static final List<String> MEMINFO =
            List.of("MemTotal:        1000 kB", "MemFree:           50 kB", "MemAvailable:     600 kB");

    /** 600 kB are 614400 bytes. */
    @Test
    void memory_that_linux_would_give_away_is_free() {
        assertThat(MachineConditions.available(MEMINFO, 1000 * 1024)).hasValue(614_400);
    }

    @Test
    void a_container_that_may_have_less_than_the_machine_is_asked_itself() {
        assertThat(MachineConditions.available(MEMINFO, 500 * 1024)).isEmpty();
        assertThat(MachineConditions.available(List.of(), 500)).isEmpty();
    }

    @Test
    void this_machine_has_memory() {
        assertThat(new MachineConditions().freeMemory()).isPositive();
    }
}
