package io.poolwright.factory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Placeholders: what is put in, and what is no placeholder. */
class TemplateTest {
  /** The numbers 7, 8 and 123456 to 123458, and two texts. */
  private static final Generator VALUES =
      new Combined.Product(
          List.of(
              new Column.Stepped(7, 1, 2),
              new Column.Stepped(123456, 1, 3),
              Column.Listed.of(List.of("a{0}", "b"))));

  private static final Generator BELOW_ZERO =
      new Combined.Product(List.of(new Column.Stepped(-1, 1, 3)));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "x           | x",
        "{0}         | 7",
        "{0}{1}-{0}  | 7123456-7",
        "{0:1}       | 7",
        "{0:4}       | 0007",
        "{0:09}      | 000000007",
        "{1:4}       | 123456",
        "{2}         | a{0}",
        "{{0}}       | {0}",
        "{{{0}}}     | {7}",
        "{{{{{0}     | {{7",
        "{0}}}}}     | 7}}",
        "{{}}        | {}",
        "${{HOME}}   | ${HOME}",
      })
  void isFilled(String text, String filled) throws InvalidFactory {
    Template template = Template.parse(text, VALUES);

    assertThat(template.fill(VALUES.values(0))).isEqualTo(filled);
    assertThat((long) filled.length())
        .isBetween(template.shortest(VALUES), template.longest(VALUES));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "ab{3}    | column 3: there is no {3} here, but {0}, {1}, {2}",
        "{}       | column 1: there is no {} here, but {0}, {1}, {2}",
        "{00}     | column 1: there is no {00} here, but {0}, {1}, {2}",
        "{-1}     | column 1: there is no {-1} here, but {0}, {1}, {2}",
        "{ 0}     | column 1: there is no { 0} here, but {0}, {1}, {2}",
        "{url}    | column 1: there is no {url} here, but {0}, {1}, {2}",
        "a {0     | column 3: '{' is not closed; a brace itself is written {{",
        "{        | column 1: '{' is not closed; a brace itself is written {{",
        "{{{      | column 3: '{' is not closed; a brace itself is written {{",
        "a}       | column 2: a lone '}'; a brace itself is written }}",
        "{0}}     | column 4: a lone '}'; a brace itself is written }}",
        "}}}      | column 3: a lone '}'; a brace itself is written }}",
        "{0:}     | column 1: {0:}: the width is a number from 1 to 9",
        "{0:0}    | column 1: {0:0}: the width is a number from 1 to 9",
        "{0:10}   | column 1: {0:10}: the width is a number from 1 to 9",
        "{0:d}    | column 1: {0:d}: the width is a number from 1 to 9",
        "{2:3}    | column 1: {2:3}: zeros go before whole numbers only, and only where none is negative",
      })
  void whatIsNoPlaceholderIsToldWithItsColumn(String text, String message) {
    assertThatThrownBy(() -> Template.parse(text, VALUES))
        .isInstanceOf(InvalidFactory.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"{0:2}", "{0:9}"})
  void zerosDoNotGoBeforeNegativeNumbers(String text) throws InvalidFactory {
    assertThat(Template.parse("{0}", BELOW_ZERO).fill(BELOW_ZERO.values(0))).isEqualTo("-1");
    assertThatThrownBy(() -> Template.parse(text, BELOW_ZERO))
        .hasMessageContaining("only where none is negative");
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyTextCanBeEscaped(long seed) throws InvalidFactory {
    Random random = new Random(seed);
    String text =
        random
            .ints(random.nextInt(12), 0, 4)
            .mapToObj(i -> Character.toString("{}0x".charAt(i)))
            .collect(Collectors.joining());
    String escaped = text.replace("{", "{{").replace("}", "}}");

    assertThat(Template.parse(escaped, VALUES).fill(VALUES.values(5))).isEqualTo(text);
  }
}
