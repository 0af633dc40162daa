package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    @Test
    void measures_mean_and_deviation_of_every_channel() {
        // channel 0 holds 0, 1, 1000, 1001; channel 1 holds 2, 3, 1002, 1003: mean 500.5, variance (2*500.5^2 +
        // 2*499.5^2) / 4
        Normalization n = Normalization.of(new Fake(2, InputSpec.floats(2, 1, 2), 0));
        assertThat(n.mean()).containsExactly(500.5, 502.5);
        assertThat(n.std().get(0)).isCloseTo(Math.sqrt(250_000.25), within(1e-9));
        assertThat(n.std().get(1)).isCloseTo(n.std().get(0), within(1e-9));
    }

    @Test
    void keeps_the_scale_of_a_constant_channel() {
        assertThat(Normalization.of(new Fake(1, InputSpec.floats(1, 1, 1), 0)).std())
                .containsExactly(1.0);
    }

    @Test
    void survives_its_text_form() {
        Normalization n = new Normalization(List.of(0.1, 1 / 3.0), List.of(0.25, 1e-3));
        assertThat(n.text()).isEqualTo("0.1,0.3333333333333333/0.25,0.001");
        assertThat(Normalization.parse(n.text())).isEqualTo(n);
        assertThat(Normalization.parse(Normalization.NONE.text())).isEqualTo(Normalization.NONE);
    }

    @Test
    void refuses_what_cannot_be_divided_by() {
        assertThatThrownBy(() -> Normalization.parse("0.5/0"))
                .hasMessage("normalization: a standard deviation of 0.0: give numbers above 0");
        assertThatThrownBy(() -> Normalization.parse("0.5,1/1"))
                .hasMessage("normalization: 2 means but 1 standard deviations: give as many of both");
        assertThatThrownBy(() -> Normalization.parse("NaN/1"))
                .hasMessage("normalization: a mean that is not finite: give numbers");
        assertThatThrownBy(() -> Normalization.parse("half/1"))
                .hasMessage("normalization 'half/1': not a number in 'half': write MEANS/STDS, each with commas");
        assertThatThrownBy(() -> Normalization.parse("1"))
                .hasMessage("normalization '1': write MEANS/STDS, each with commas, or none");
    }
}
