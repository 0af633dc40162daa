package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.data.Normalization;
import espalier.torch.Program;
import espalier.torch.Threads;
import espalier.zoo.Zoo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Native memory does not grow with the number of steps. The Java heap is resident whole beforehand (torch/pom.xml). */
class MemoryTest {
    private static final long WARM_UP = 1_000;
    private static final long STEPS = 10_000;
    private static final long MEGABYTE = 1L << 20;

    @Test
    @EnabledOnOs(OS.LINUX)
    void ten_thousand_steps_raise_resident_memory_by_less_than_fifty_megabytes() {
        Threads.set(1);
        Training d = new Training();
        Training how = new Training(
                1_000_000,
                OptionalLong.of(WARM_UP + STEPS),
                4,
                new Sgd(),
                OptionalDouble.of(0.01),
                new Cosine(),
                0,
                0,
                new Ema(),
                1,
                0,
                0.02,
                d.augmentation(),
                d.precision(),
                1);
        Resident resident = new Resident();
        try (Program program = Program.of(Zoo.create("lenet5", 1, 16, 16, 4, 1))) {
            TrainingData data = TrainingData.of(new Clusters(4096, 4, 1, 16, true), Normalization.NONE, how);
            Trainer.of(program, how, new CrossEntropy(0.1), data).run(resident);
        }
        assertThat(resident.end - resident.start).isLessThan(50 * MEGABYTE);
    }

    private static final class Resident implements Progress {
        private long start;
        private long end;

        @Override
        public void step(Moment now) {
            if (now.step() == WARM_UP) {
                start = resident();
            } else if (now.step() == WARM_UP + STEPS) {
                end = resident();
            }
        }

        private static long resident() {
            try {
                return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(l -> l.startsWith("VmRSS:"))
                        .mapToLong(l -> 1024 * Long.parseLong(l.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
