package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Functions whose exact result is a double give it, whatever doubles stand between. */
class ExactArithmeticTest {
  private static String upTo(int most) {
    return IntStream.rangeClosed(1, most)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "vec(", ")"));
  }

  @Test
  void eachWholePercentileOfAHundred() {
    String hundred = upTo(100);
    for (int p = 1; p <= 100; p++) {
      assertThat(Scene.empty().value("percentile(" + hundred + ", " + p + ")"))
          .isEqualTo(Integer.toString(p));
    }
  }

  @RepeatedTest(200)
  void percentilesAreThoseOfExactArithmetic(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int size = 1 + random.nextInt(300);
    BigDecimal p = BigDecimal.valueOf(random.nextInt(100_001), 3);
    int rank =
        p.multiply(BigDecimal.valueOf(size))
            .divide(BigDecimal.valueOf(100), 0, RoundingMode.CEILING)
            .intValueExact();
    assertThat(Scene.empty().value("percentile(" + upTo(size) + ", " + p.toPlainString() + ")"))
        .as("%s of %d", p, size)
        .isEqualTo(Integer.toString(Math.max(1, rank)));
  }

  @Test
  void theLogarithmOfEachPowerOfTwo() {
    for (int n = -1074; n < 1024; n++) {
      assertThat(Functions.lg(Math.scalb(1.0, n))).as("2^%d", n).isEqualTo(n);
    }
    assertThat(Functions.lg(3)).isEqualTo(1.5849625007211563);
    assertThat(Functions.lg(-1)).isNaN();
    assertThat(Functions.lg(0)).isInfinite();
  }

  @RepeatedTest(50)
  void roundingIsThatOfExactArithmetic(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    double half = random.nextInt(1_000_000) + 0.5;
    for (double x :
        new double[] {
          half, Math.nextDown(half), Math.nextUp(half), Math.nextDown(0.5), 0x1p52 + 1, 1e300
        }) {
      for (double signed : new double[] {x, -x}) {
        assertThat(Functions.round(signed) + 0.0)
            .as("%s", signed)
            .isEqualTo(new BigDecimal(signed).setScale(0, RoundingMode.HALF_UP).doubleValue());
      }
    }
  }
}
