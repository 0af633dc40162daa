package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static final List<String> MEMORY =
            List.of("MemTotal:       16384 kB", "MemFree:  1 kB", "MemAvailable:    8192 kB");

    @Test
    void reads_what_linux_says() {
        Machine m = Machine.of(
                List.of("processor\t: 0", "model name\t: Some CPU", "flags\t\t: fpu avx2 avx512_vnni avx512_bf16 sse"),
                MEMORY);
        assertThat(m.processor()).isEqualTo("Some CPU");
        assertThat(m.features()).containsExactly("avx2", "avx512_bf16", "avx512_vnni");
        assertThat(m.hasBf16()).isTrue();
        assertThat(m.hasVnni()).isTrue();
        assertThat(m.memory()).hasValue(16_777_216);
        assertThat(m.available()).hasValue(8_388_608);
    }

    @Test
    void knows_little_elsewhere() {
        Machine m = Machine.of(List.of(), List.of());
        assertThat(m.processor()).isEqualTo(System.getProperty("os.arch"));
        assertThat(m.cores()).isPositive();
        assertThat(m.hasBf16() || m.hasVnni()).isFalse();
        assertThat(m.memory()).isEqualTo(OptionalLong.empty());
    }
}
