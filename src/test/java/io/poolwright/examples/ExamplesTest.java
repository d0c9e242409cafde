package io.poolwright.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
  private static final Path EXAMPLES = Path.of("examples");

  static List<Path> manifests() throws IOException {
    return Manifests.files(EXAMPLES);
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> all = Files.list(EXAMPLES)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyFieldIsKnownToTheClassesAndToTheSchema(Path file) throws IOException {
    for (JsonNode document : Manifests.documents(file)) {
      assertThat(document.path("apiVersion").asText()).isEqualTo("poolwright.io/v1alpha1");
      assertThat(document.at("/metadata/namespace").isMissingNode())
          .as("a reader chooses the namespace")
          .isTrue();
      Manifests.read(document);
      assertThat(Manifests.complaints(document)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsWholeAndExplained(Path directory) throws IOException {
    assertThat(directory.resolve("README.md")).exists();
    List<HasMetadata> all = new ArrayList<>();
    for (Path file : Manifests.files(directory)) {
      for (JsonNode document : Manifests.documents(file)) {
        all.add(Manifests.read(document));
      }
    }
    List<String> pools =
        all.stream().filter(Pool.class::isInstance).map(p -> p.getMetadata().getName()).toList();
    List<JobSpec> jobs =
        all.stream()
            .flatMap(o ->
                switch (o) {
                  case Job job -> Stream.of(job.getSpec());
                  case JobSchedule schedule -> Stream.of(schedule.getSpec().jobSpecification());
                  default -> Stream.<JobSpec>empty();
                })
            .toList();
    assertThat(jobs)
        .isNotEmpty()
        .filteredOn(job -> job.poolInfo().autoPoolSpecification() == null)
        .allSatisfy(job -> assertThat(pools).contains(job.poolInfo().poolId()));
  }

  @Test
  void aMisspeltFieldIsNoticed() throws IOException {
    JsonNode document = Manifests.documents(EXAMPLES.resolve("hello/job.yaml")).getFirst();
    ((ObjectNode) document.at("/spec/tasks/0")).put("comandLine", "true");
    assertThat(Manifests.complaints(document))
        .containsExactly("spec.tasks[0].comandLine is not in the schema");
    assertThatThrownBy(() -> Manifests.read(document)).hasMessageContaining("comandLine");
  }
}
