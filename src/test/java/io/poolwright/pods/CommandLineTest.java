package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CommandLineTest {

  static Stream<Arguments> lines() {
    return Stream.of(
        line("", List.of()),
        line("  \t\n ", List.of()),
        line("true", List.of("true")),
        line("  echo  a\tb \n c ", List.of("echo", "a", "b", "c")),
        line("echo 'a  b'", List.of("echo", "a  b")),
        line("echo \"a  b\"", List.of("echo", "a  b")),
        line("echo a' 'b\" \"c", List.of("echo", "a b c")),
        line("echo '' \"\"", List.of("echo", "", "")),
        line("echo ''''", List.of("echo", "")),
        line("sh -c 'echo \"$HOME\" | wc -c'", List.of("sh", "-c", "echo \"$HOME\" | wc -c")),
        line("echo a\\ b", List.of("echo", "a b")),
        line("echo \\'a\\'", List.of("echo", "'a'")),
        line("echo 'a\\b'", List.of("echo", "a\\b")),
        line("echo \"a\\b\"", List.of("echo", "a\\b")),
        line("echo \"a\\\"b\\\\c\\$d\\`e\"", List.of("echo", "a\"b\\c$d`e")),
        line("echo a\\\nb", List.of("echo", "ab")),
        line("echo \"a\\\nb\"", List.of("echo", "ab")),
        line("echo 'a\nb'", List.of("echo", "a\nb")),
        line("echo \"it's\"", List.of("echo", "it's")),
        line(
            "echo $HOME $(id) `id` *.txt ~ # x", //
            List.of("echo", "$HOME", "$(id)", "`id`", "*.txt", "~", "#", "x")),
        line("a && b > c; d &", List.of("a", "&&", "b", ">", "c;", "d", "&")),
        line("echo grüße 你好", List.of("echo", "grüße", "你好")));
  }

  private static Arguments line(String text, List<String> words) {
    return Arguments.of(text, words);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void splitsLikeAShell(String text, List<String> words) {
    assertThat(CommandLine.split(text)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "echo 'a|the quote ' at character 6 is not closed",
        "echo \"a|the quote \" at character 6 is not closed",
        "'|the quote ' at character 1 is not closed",
        "echo \"a\\\"|the quote \" at character 6 is not closed",
        "echo \\|there is nothing after the last backslash"
      },
      delimiter = '|')
  void saysWhatIsNotClosed(String text, String message) {
    assertThatThrownBy(() -> CommandLine.split(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  /** Every list of words can be written as a line: quoted, it comes back as it was. */
  @Test
  void quotedWordsComeBack() {
    Random random = new Random(1);
    String alphabet = "ab '\"\\$`\n\t*é";
    for (int i = 0; i < 2000; i++) {
      List<String> words = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      for (int w = random.nextInt(4); w > 0; w--) {
        StringBuilder word = new StringBuilder();
        for (int c = random.nextInt(6); c > 0; c--) {
          word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        words.add(word.toString());
        line.append('\'').append(word.toString().replace("'", "'\\''")).append("' ");
      }
      assertThat(CommandLine.split(line.toString())).isEqualTo(words);
    }
  }

  /**
   * The shell of this machine is the judge where there is one: what has no expansion in it splits
   * alike.
   */
  @Test
  @SuppressWarnings("OrphanedFormatString") // the shell's format
  void agreesWithAShell() throws IOException, InterruptedException {
    Random random = new Random(2);
    String alphabet = "ab '\"\\ -.";
    StringBuilder script = new StringBuilder("show() { printf '<%s>' \"$@\"; printf '\\001'; }\n");
    List<List<String>> ours = new ArrayList<>();
    while (ours.size() < 300) {
      StringBuilder line = new StringBuilder();
      for (int c = random.nextInt(12); c > 0; c--) {
        line.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        List<String> words = CommandLine.split(line.toString());
        if (!words.isEmpty()) {
          ours.add(words);
          script.append("show ").append(line).append('\n');
        }
      } catch (IllegalArgumentException e) {
        // A shell would wait for the rest of the line.
      }
    }
    Process shell = new ProcessBuilder("/bin/sh").start();
    try (var in = shell.getOutputStream()) {
      in.write(script.toString().getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    List<String> wanted = ours.stream().map(words -> "<" + String.join("><", words) + ">").toList();
    assertThat(Arrays.asList(said.split("\u0001"))).isEqualTo(wanted);
  }
}
