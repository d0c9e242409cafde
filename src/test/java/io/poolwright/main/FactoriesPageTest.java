package io.poolwright.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.poolwright.api.job.RandomValue;
import io.poolwright.api.job.TaskFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/factories.md says what is so: its commands print what it shows, and it names all fields. */
class FactoriesPageTest {
  private static final Path PAGE = Path.of("docs/factories.md");
  private static final String COMMAND = "    $ dev/poolwright ";

  @TempDir Path directory;

  private static String run(String... arguments) throws IOException {
    StringWriter all = new StringWriter();
    new CommandLineTool(
            new BufferedReader(new StringReader("")),
            all,
            new PrintWriter(all),
            OutputStream.nullOutputStream(),
            Clock.systemUTC())
        .run(List.of(arguments));
    return all.toString();
  }

  /** The answers are written anew with -Dgolden.update=true. */
  @Test
  void everyCommandPrintsWhatIsShown() throws IOException {
    String page = Files.readString(PAGE);
    StringBuilder expected = new StringBuilder();
    int commands = 0;
    boolean shown = false;
    for (String line : page.lines().toList()) {
      shown = shown && line.startsWith("    ");
      if (!shown) {
        expected.append(line).append('\n');
      }
      if (line.startsWith(COMMAND)) {
        run(line.substring(COMMAND.length()).split(" "))
            .lines()
            .forEach(l -> expected.append("    ").append(l).append('\n'));
        shown = true;
        commands++;
      }
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, expected.toString());
      page = expected.toString();
    }
    assertThat(page).isEqualTo(expected.toString());
    assertThat(commands).isGreaterThan(2);
  }

  @Test
  void everyFactoryInItIsWell() throws IOException {
    List<String> factories =
        Pattern.compile("(?<=```yaml\n).*?(?=```)", Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(factories).hasSizeGreaterThan(1);
    for (String factory : factories) {
      Path file = Files.writeString(directory.resolve("factory.yaml"), factory);
      assertThat(run("factory", "expand", file.toString())).startsWith("{\"id\":\"0\"");
    }
  }

  @Test
  void allTypesAndFieldsAreThere() throws IOException {
    String page = Files.readString(PAGE);
    Stream<String> types =
        Arrays.stream(TaskFactory.Kind.class.getFields())
            .filter(Field::isEnumConstant)
            .map(f -> f.getAnnotation(JsonProperty.class).value());
    Stream<String> fields =
        Stream.of(
                TaskFactory.class,
                TaskFactory.ParameterSet.class,
                TaskFactory.FileSource.class,
                RandomValue.class)
            .flatMap(r -> Arrays.stream(r.getRecordComponents()))
            .map(RecordComponent::getName);
    assertThat(Stream.concat(types, fields))
        .allSatisfy(name -> assertThat(page).containsPattern("`" + name + "[`:]"));
    assertThat(page).contains("at most " + TaskFactory.MOST_TASKS + " tasks");
  }
}
