package io.poolwright.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
  private static final Pattern SCHEMA = Pattern.compile(Span.PATTERN);

  @ParameterizedTest
  @CsvSource({
    "90s, PT90S",
    "15m, PT15M",
    "1h30m, PT90M",
    "7d, P7D",
    "1d2h3m4s, P1DT2H3M4S",
    "0s, PT0S",
    "007m, PT7M",
    "PT15M, PT15M",
    "P1D, P1D",
    "P1DT12H, P1DT12H",
    "PT0.5S, PT0.5S",
    "PT1H0.000000001S, PT1H0.000000001S",
    "999999999d, P999999999D"
  })
  void readsBothForms(String text, Duration duration) {
    assertThat(text).as("the schema admits it").matches(SCHEMA);
    assertThat(new Span(text).duration()).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "15",
        "15 m",
        "m",
        "1m1h",
        "1.5h",
        "-1m",
        "1w",
        "P",
        "PT",
        "P1DT",
        "P1W",
        "P-1D",
        "PT-5M",
        "-PT5M",
        "+5m",
        "pt5m",
        "PT5m",
        "PT1.S",
        "PT1.0000000001S",
        "1h\n",
        "5M",
        "forever",
        "99999999999999999999d",
        "P99999999999999999999D"
      })
  void refusesTheRest(String text) {
    assertThat(SCHEMA.matcher(text).matches()).as("the schema admits it").isFalse();
    assertThatThrownBy(() -> new Span(text).duration())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"" + text + "\" is not a duration; write it like 90s, 15m, 1h30m, 7d or PT15M");
  }

  /** What the API server lets in must never stop a reconcile. */
  @Test
  void whatTheSchemaAdmitsCanBeRead() {
    Random random = new Random(1);
    String alphabet = "PTDHMSdhms.0123456789";
    int admitted = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "PT" : "");
      for (int c = 1 + random.nextInt(5); c > 0; c--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (SCHEMA.matcher(text).matches()) {
        admitted++;
        assertThat(new Span(text.toString()).duration()).isNotNull();
      }
    }
    assertThat(admitted).isGreaterThan(200);
  }

  @Test
  void isWrittenInTheIsoForm() {
    assertThat(Span.of(Duration.ofMinutes(15)).text()).isEqualTo("PT15M");
  }
}
