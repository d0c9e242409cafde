package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.LexerInterpreter;
import org.antlr.v4.runtime.ParserInterpreter;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.tool.Grammar;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our parser against a grammar that was written on its own: both accept the same texts. */
class GrammarTest {
  private static final int ROUNDS = 150;
  private static final Limits NONE = new Limits(1_000_000, 10_000, 1_000, 0, 0);

  private static Grammar grammar;
  private static LexerInterpreter lexer;
  private static ParserInterpreter parser;
  private static int errors;

  @BeforeAll
  static void load() throws IOException, org.antlr.runtime.RecognitionException {
    grammar = new Grammar(Files.readString(Path.of("src/test/resources/autoscale/Formula.g4")));
    lexer = grammar.createLexerInterpreter(CharStreams.fromString(""));
    parser = grammar.createParserInterpreter(new CommonTokenStream(lexer));
    BaseErrorListener counting =
        new BaseErrorListener() {
          @Override
          public void syntaxError(
              Recognizer<?, ?> recognizer,
              Object symbol,
              int line,
              int column,
              String message,
              RecognitionException e) {
            errors++;
          }
        };
    lexer.removeErrorListeners();
    parser.removeErrorListeners();
    lexer.addErrorListener(counting);
    parser.addErrorListener(counting);
  }

  static LongStream seeds() {
    return LongStream.range(0, 20).map(s -> s * ROUNDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void bothAcceptTheSameTexts(long seed) {
    for (int i = 0; i < ROUNDS; i++) {
      RandomFormula random = new RandomFormula(seed + i);
      String text = random.text(random.statements());
      assertThat(grammarAccepts(text)).as("%s", text).isTrue();
      compare(text);
      compare(random.spoiled(text));
      compare(random.soup());
    }
  }

  /** Spoiled texts must not all be refused, nor all be fine. */
  @Test
  void thereAreTextsOfBothSorts() {
    long accepted =
        LongStream.range(0, 500)
            .filter(seed -> {
              RandomFormula random = new RandomFormula(seed);
              return weAccept(random.spoiled(random.text(random.statements())));
            })
            .count();
    assertThat(accepted).isBetween(50L, 450L);
  }

  private static void compare(String text) {
    assertThat(weAccept(text)).as("%s", text).isEqualTo(grammarAccepts(text));
  }

  private static boolean weAccept(String text) {
    try {
      Parser.parse(text, NONE);
      return true;
    } catch (FormulaException e) {
      return false;
    }
  }

  private static boolean grammarAccepts(String text) {
    errors = 0;
    lexer.setInputStream(CharStreams.fromString(text));
    parser.setTokenStream(new CommonTokenStream(lexer));
    parser.parse(grammar.getRule("formula").index);
    return errors == 0;
  }
}
