package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the API server refuses, and in which words. Each file begins with a comment that says what
 * the answer must contain; in {@code changes} the first document is admitted, and the second is a
 * change of it that is not.
 */
class SchemaIT {
  private static final Path FILES = Path.of("src", "test", "resources", "it");
  private static Space space;

  @BeforeAll
  static void open() {
    space = new Space("schema");
  }

  static Stream<Path> invalid() {
    return files("invalid");
  }

  static Stream<Path> changes() {
    return files("changes");
  }

  static Stream<Path> valid() {
    return files("valid");
  }

  private static Stream<Path> files(String directory) {
    try (Stream<Path> all = Files.list(FILES.resolve(directory))) {
      return all.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource
  void invalid(Path file) throws IOException {
    String text = Files.readString(file);
    assertThatThrownBy(() -> space.create(documents(text).getFirst()))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isBetween(400, 422))
        .hasMessageContaining(expected(text));
  }

  @ParameterizedTest
  @MethodSource
  void changes(Path file) throws IOException {
    String text = Files.readString(file);
    space.create(documents(text).getFirst());
    assertThatThrownBy(() -> space.change(documents(text).get(1)))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining(expected(text));
  }

  @ParameterizedTest
  @MethodSource
  void valid(Path file) throws IOException {
    for (ObjectNode object : documents(Files.readString(file))) {
      assertThatCode(() -> space.create(object)).doesNotThrowAnyException();
    }
  }

  /** Azure's ids are unique whatever their case; where there are no capitals they are that too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kind: Pool¶metadata: {name: Same}¶spec: {targetDedicatedNodes: 0, node: {size: {cpu: '1', memory: 1Gi}}}",
        "kind: Job¶metadata: {name: Same}¶spec: {poolInfo: {poolId: p}}",
        "kind: Job¶metadata: {name: x}¶spec: {poolInfo: {poolId: p}, tasks: [{id: same, commandLine: a}, {id: Same, commandLine: a}]}",
        "kind: Task¶metadata: {name: Same}¶spec: {jobId: j, commandLine: a}",
        "kind: Task¶metadata: {name: x}¶spec: {id: Same, jobId: j, commandLine: a}",
        "kind: JobSchedule¶metadata: {name: Same}¶spec: {schedule: {}, jobSpecification: {poolInfo: {poolId: p}}}",
        "kind: ApplicationPackage¶metadata: {name: Same}¶spec: {versions: [{version: '1', storageUrl: 's3:///a.zip'}]}",
      })
  void noTwoIdsDifferInTheirCaseAlone(String object) {
    ObjectNode same = Serialization.unmarshal(object.replace('¶', '\n'), ObjectNode.class);
    same.put("apiVersion", "poolwright.io/v1alpha1");

    assertThatThrownBy(() -> space.create(same))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining("Same");
  }

  @Test
  void aHundredNodesAreRemovedAtOnceAndNoMore() {
    space.create(removing("hundred", 100));
    assertThatThrownBy(() -> space.create(removing("more", 101)))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422))
        .hasMessageContaining("spec.removeNodes: Too many");
  }

  private static ObjectNode removing(String pool, int nodes) {
    return Serialization.unmarshal(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: %s}
        spec:
          targetDedicatedNodes: 0
          node: {size: {cpu: "1", memory: 1Gi}, image: i}
          removeNodes: [%s]
        """
            .formatted(
                pool,
                IntStream.range(0, nodes)
                    .mapToObj(i -> "p-node-" + i)
                    .collect(Collectors.joining(", "))),
        ObjectNode.class);
  }

  private static String expected(String text) {
    String first = text.lines().findFirst().orElse("");
    assertThat(first).startsWith("# ");
    return first.substring(2);
  }

  private static List<ObjectNode> documents(String text) {
    return Arrays.stream(text.split("(?m)^---$", -1))
        .map(d -> Serialization.unmarshal(d, ObjectNode.class))
        .toList();
  }

  /** What compares two versions of an object may cost the API server only so much. */
  @Test
  void aJobOfTheMostInlineTasksCanBeChanged() {
    try (Space longest = new Space("longest-job")) {
      String environment = ", environmentSettings: [{name: A, value: " + "x".repeat(900) + "}]";
      longest.apply(
          "apiVersion: poolwright.io/v1alpha1\nkind: Job\nmetadata: {name: j}\n"
              + "spec:\n  poolInfo: {poolId: p}\n  tasks:\n"
              + IntStream.range(0, 1000)
                  .mapToObj(i -> "    - {id: t%d, commandLine: work%s}%n".formatted(i, environment))
                  .collect(Collectors.joining()));

      longest.merge(Job.class, "j", "{\"spec\":{\"priority\":1}}");

      assertThat(longest.job("j").getSpec().tasks()).hasSize(1000);
    }
  }
}
