package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileConventionsTest {
  /** The digests are those of sha1sum. */
  @ParameterizedTest
  @CsvSource({
    "night, job-night",
    "a-b2, job-a-b2",
    "a--b, job-a-b-73823f1b838f847d425f8ef4719d48c8815453b3",
    "two.parts, job-two-parts-97781c01ca3a392dfe90762130fddd1dd9cc7f47",
    "render-of-the-whole-film-in-the-highest-resolution-that-there-is-2, job-render-of-the-w-4acc290c978680c34d5c1430efbf627161643b18",
    "fourteen-marks-.x, job-fourteen-marks-7e90d03874c77a88308c74205d3e9c88a0f35750",
  })
  void eachJobHasAContainerThatAStoreTakes(String job, String container) {
    assertThat(FileConventions.container(job)).isEqualTo(container).hasSizeLessThanOrEqualTo(63);
  }
}
