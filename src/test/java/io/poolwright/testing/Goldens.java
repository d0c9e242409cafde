package io.poolwright.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Cases on disk: {@code src/test/resources/<room>/<case>/in-*.yaml} is what is seen, {@code
 * out-plan.yaml} (or {@code out-pod.yaml}) beside it what is decided. {@code in-defaults.yaml} of
 * the room holds what its cases have in common. A file that no case reads is a failure; {@code
 * -Dgolden.update=true} writes the answers anew.
 */
public final class Goldens {
  /** Plans say themselves in what order they are read. */
  private static final ObjectMapper PLANS = mapper();

  private static final ObjectMapper PODS =
      mapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Path room;
  private final String answer;
  private final ObjectMapper yaml;
  private final Set<Path> read = ConcurrentHashMap.newKeySet();

  private Goldens(String room, String answer, ObjectMapper yaml) {
    this.room = Path.of("src", "test", "resources", room);
    this.answer = answer;
    this.yaml = yaml;
  }

  private static ObjectMapper mapper() {
    return new ObjectMapper(
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .build());
  }

  /** One test for each case of the room, and one that all of its files were read. */
  public static Stream<DynamicTest> plans(String room, Function<Case, Object> decide) {
    return new Goldens(room, "out-plan.yaml", PLANS).tests(decide);
  }

  /** The same for what builds a pod. */
  public static Stream<DynamicTest> pods(String room, Function<Case, Object> build) {
    return new Goldens(room, "out-pod.yaml", PODS).tests(build);
  }

  private Stream<DynamicTest> tests(Function<Case, Object> decide) {
    Stream<DynamicTest> cases =
        folders().stream()
            .map(folder ->
                DynamicTest.dynamicTest(
                    folder.getFileName().toString(), () -> check(folder, decide)));
    return Stream.concat(
        cases, Stream.of(DynamicTest.dynamicTest("every file is used", this::everyFileIsUsed)));
  }

  private List<Path> folders() {
    try (Stream<Path> all = Files.list(room)) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void check(Path folder, Function<Case, Object> decide) throws IOException {
    String got = yaml.writeValueAsString(decide.apply(new Case(room, folder, read))).strip() + "\n";
    Path file = folder.resolve(answer);
    read.add(file);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file, got);
    }
    assertThat(file).as("write it with -Dgolden.update=true").exists();
    assertThat(got).isEqualTo(Files.readString(file));
  }

  private void everyFileIsUsed() throws IOException {
    Set<Path> unused = new TreeSet<>();
    try (Stream<Path> all = Files.walk(room)) {
      all.filter(Files::isRegularFile).filter(f -> !read.contains(f)).forEach(unused::add);
    }
    assertThat(unused).as("files that no case reads").isEmpty();
  }
}
