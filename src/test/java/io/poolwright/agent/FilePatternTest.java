package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilePatternTest {
  @TempDir Path temporary;
  private Path task;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void files() throws IOException {
    task = temporary.resolve("workitems/job/job-1/task");
    for (String file :
        List.of(
            "stdout.txt",
            "stderr.txt",
            "wd/a.txt",
            "wd/b.txt",
            "wd/c.log",
            "wd/.hidden.txt",
            "wd/.gif",
            "wd/x.gif",
            "wd/a[1].txt",
            "wd/abc*",
            "wd/$cash",
            "wd/sub/d.txt",
            "wd/sub/deep/e.txt",
            "wd/.git/f.txt",
            "wd/sub/.h/g.txt",
            "wd/Ü.dat",
            "wd/sp ace.txt")) {
      Path path = task.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.txt            | a.txt",
        "./sub/../a.txt   | a.txt",
        "*.txt            | a.txt a[1].txt b.txt sp_ace.txt",
        "[ab].txt         | a.txt b.txt",
        "[b-z].txt        | b.txt",
        "[!a].txt         | b.txt",
        "?.log            | c.log",
        "?.dat            | Ü.dat",
        "abc[*]           | abc*",
        "a[[]1].txt       | a[1].txt",
        "*.gif            | x.gif",
        ".*.txt           | .hidden.txt",
        ".gif             | .gif",
        "**/*.txt         | a.txt a[1].txt b.txt sp_ace.txt sub/d.txt sub/deep/e.txt",
        "**/e.txt         | sub/deep/e.txt",
        "**               | $cash a.txt a[1].txt abc* b.txt c.log sp_ace.txt sub/d.txt sub/deep/e.txt x.gif Ü.dat",
        "sub/**           | d.txt deep/e.txt",
        "sub/**/*.txt     | d.txt deep/e.txt",
        "**/deep/*        | sub/deep/e.txt",
        "*/d.txt          | sub/d.txt",
        "**/**/d.txt      | sub/d.txt",
        ".git/*           | f.txt",
        "../std*.txt      | stderr.txt stdout.txt",
        "../stdout.txt    | stdout.txt",
        "../*/a.txt       | wd/a.txt",
        "$cash            | $cash",
        "nothing-*        | ''",
        "A.txt            | ''",
        "sub              | ''",
      })
  void selects(String pattern, String expected) throws IOException {
    assertThat(names(pattern, Map.of())).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "?gif", "**", "**/*.txt", "*/*", "[--z]gif", "sub/**", "../**"})
  void globsSkipDotfiles(String pattern) throws IOException {
    assertThat(names(pattern, Map.of()).split(" ")).noneMatch(n -> ("/" + n).contains("/."));
  }

  @Test
  void variablesAreExpandedFirstAndUnknownOnesAreNames() throws IOException {
    Map<String, String> environment = Map.of("EXT", "txt", "AZ_BATCH_TASK_DIR", task.toString());
    assertThat(names("b.$EXT", environment)).isEqualTo("b.txt");
    assertThat(names("b.${EXT}", environment)).isEqualTo("b.txt");
    assertThat(names("b.%EXT%", environment)).isEqualTo("b.txt");
    assertThat(names("$AZ_BATCH_TASK_DIR/std*.txt", environment))
        .isEqualTo("stderr.txt stdout.txt");
    assertThat(names("$cash", environment)).isEqualTo("$cash");
    assertThat(FilePattern.expand("%a $ 100% $1 ${} $UNKNOWN", environment))
        .isEqualTo("%a $ 100% $1 ${} $UNKNOWN");
  }

  @Test
  void anAbsolutePatternIsGoodInsideTheTaskDirectoryOnly() throws IOException {
    assertThat(names(task + "/wd/*.log", Map.of())).isEqualTo("c.log");
    assertThat(names(task + "/wd/../stdout.txt", Map.of())).isEqualTo("stdout.txt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../other/stdout.txt",
        "/etc/passwd",
        "/",
        "../..",
        "../../**",
        "a/../../../x",
        "*/../a.txt",
        "**/../x",
        "",
        " ",
        ".",
        "..",
        "[z-a]"
      })
  void whatCannotBeMeantIsRefused(String pattern) {
    assertThatThrownBy(() -> parse(pattern, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pattern");
  }

  @Test
  void aSiblingWhoseNameBeginsAlikeIsOutside() {
    assertThatThrownBy(() -> parse(task + "-other/x", Map.of()))
        .hasMessageContaining("leaves the task's directory");
  }

  @Test
  void linksOutOfTheTaskDirectoryAreNotFollowed() throws IOException {
    Path secret =
        Files.writeString(
            Files.createDirectories(temporary.resolve("storage")).resolve("secretKey"), "secret");
    Path wd = task.resolve("wd");
    Files.createSymbolicLink(wd.resolve("key.txt"), secret);
    Files.createSymbolicLink(
        wd.resolve("relative.txt"), Path.of("../../../../../storage/secretKey"));
    Files.createSymbolicLink(wd.resolve("dir"), secret.getParent());
    Files.createSymbolicLink(wd.resolve("dangling.txt"), Path.of("nowhere"));
    Files.createSymbolicLink(wd.resolve("loop"), Path.of("."));
    Files.createSymbolicLink(wd.resolve("inner.txt"), Path.of("sub/d.txt"));
    assertThat(names("[dkri]*.txt", Map.of())).isEqualTo("inner.txt");
    assertThat(names("key.txt", Map.of())).isEmpty();
    assertThat(names("dir/*", Map.of())).isEmpty();
    assertThat(names("*/secretKey", Map.of())).isEmpty();
    assertThat(names("**/secretKey", Map.of())).isEmpty();
    assertThat(names("**/e.txt", Map.of())).isEqualTo("sub/deep/e.txt");
    assertThat(names("loop/loop/a.txt", Map.of())).isEqualTo("a.txt");
    assertThat(notes)
        .anySatisfy(note -> assertThat(note).contains("wd/key.txt").contains("not followed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.txt              | a.txt a[1].txt b.txt sp_ace.txt |",
        "../*.txt           | stderr.txt stdout.txt           |",
        "x/*/no.txt         |                                 |",
        "[!s]*/f.txt        |                                 |",
        "**/[de].txt        |                                 | wd/sub",
        "**/[ad].txt        | a.txt                           | wd/sub",
        "s*/d.txt           |                                 | wd/sub",
        "sub/d.txt          |                                 | wd/sub",
        "sub/deep/*.txt     |                                 | wd/sub",
      })
  void aPrivateDirectoryMattersOnlyWhereThePatternLeadsThere(
      String pattern, @Nullable String selected, @Nullable String closed) throws IOException {
    for (boolean listed : List.of(true, false)) {
      FileSelection selection =
          new FileSelection(task, new Private(task.resolve("wd/sub"), listed), notes::add);
      assertThat(selection.select(parse(pattern, Map.of())))
          .extracting(s -> s.name().replace(' ', '_'))
          .containsExactly(selected == null ? new String[0] : selected.split(" "));
      assertThat(selection.closed())
          .containsExactly(closed == null ? new String[0] : new String[] {closed});
    }
  }

  /**
   * A directory of another user's, as the system shows it to the uploader; tests may be run by
   * root, to whom nothing is private.
   *
   * @param listed mode r--, where names may be read and nothing else; otherwise ---
   */
  record Private(Path directory, boolean listed) implements FileSelection.Access {
    @Override
    public List<Path> entries(Path wanted) throws IOException {
      if (wanted.equals(directory) && !listed) {
        throw new AccessDeniedException(wanted.toString());
      }
      return REAL.entries(wanted);
    }

    @Override
    public boolean mayEnter(Path wanted) {
      return !wanted.equals(directory);
    }
  }

  @Test
  void onlyFilesAreSelected() throws Exception {
    new ProcessBuilder("mkfifo", task.resolve("wd/pipe.txt").toString()).start().waitFor();
    Files.createDirectories(task.resolve("wd/dir.txt"));
    assertThat(names("*.txt", Map.of())).isEqualTo("a.txt a[1].txt b.txt sp_ace.txt");
    assertThat(names("sub", Map.of())).isEmpty();
    assertThat(notes).anySatisfy(note -> assertThat(note).contains("sub/**"));
  }

  @Test
  void oneNameWithoutWildcardsIsToldApartFromMany() {
    assertThat(parse("sub/d.txt", Map.of()).wildcard()).isFalse();
    assertThat(parse("abc[*]", Map.of()).wildcard()).isFalse();
    assertThat(parse("[ab].txt", Map.of()).wildcard()).isTrue();
    assertThat(parse("**/d.txt", Map.of()).wildcard()).isTrue();
  }

  private FilePattern parse(String pattern, Map<String, String> environment) {
    return FilePattern.parse(pattern, environment, task.toString(), task.resolve("wd").toString());
  }

  private String names(String pattern, Map<String, String> environment) throws IOException {
    List<FileSelection.Selected> selected =
        new FileSelection(task, FileSelection.Access.REAL, notes::add)
            .select(parse(pattern, environment));
    return String.join(" ", selected.stream().map(file -> file.name().replace(' ', '_')).toList());
  }
}
