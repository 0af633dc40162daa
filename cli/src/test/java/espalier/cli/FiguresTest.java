package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({"0,0", "999,999", "1000,1.00 k", "41234567,41.2 M", "999499,999 k", "999500,1.00 M", "-1500,-1.50 k"})
    void amounts_have_three_digits(long n, String text) {
        assertThat(Figures.amount(n)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"12,12 B", "1500,1.50 kB", "11200000,11.2 MB"})
    void bytes_count_in_thousands(long n, String text) {
        assertThat(Figures.bytes(n)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0.00", "0.5,0.500", "1.2345,1.23", "9.996,10.0", "99.96,100", "0.00123,1.23e-03", "NaN,NaN"})
    void numbers_have_three_digits(double x, String text) {
        assertThat(Figures.number(x)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"59,59 s", "60,1 min 00 s", "3599,59 min 59 s", "7500,2 h 05 min"})
    void durations_show_two_units(long seconds, String text) {
        assertThat(Figures.duration(seconds)).isEqualTo(text);
    }
}
