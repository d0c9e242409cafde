package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.poolwright.pods.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The operator's client passes over parts of pods: none that anybody asks for. */
class SlimPodsTest {
  private static final Path CASES = Path.of("src/test/resources");
  private static final KubernetesSerialization WHOLE = Clients.serialization();
  private static final KubernetesSerialization SLIM =
      new KubernetesSerialization(SlimPods.in(new ObjectMapper()), true);

  @TestFactory
  Stream<DynamicTest> whatIsReadOfAPodIsWhatAReaderOfAllOfItSees() throws IOException {
    return pods()
        .map(f ->
            DynamicTest.dynamicTest(
                f.toString(),
                () -> {
                  Pod pod = seen(WHOLE.unmarshal(Files.readString(f), Pod.class));
                  Pod slim = SLIM.unmarshal(WHOLE.asJson(pod), Pod.class);
                  assertThat(PodReader.read(slim)).isEqualTo(PodReader.read(pod));
                  assertThat(slim.getSpec().getVolumes()).isEmpty();
                }));
  }

  @TestFactory
  Stream<DynamicTest> whatIsSentIsWhole() throws IOException {
    return pods()
        .map(f ->
            DynamicTest.dynamicTest(
                f.toString(),
                () -> {
                  Pod pod = seen(WHOLE.unmarshal(Files.readString(f), Pod.class));
                  assertThat(SLIM.asJson(pod)).isEqualTo(WHOLE.asJson(pod));
                }));
  }

  private static Stream<Path> pods() throws IOException {
    return Stream.of("TaskPods", "NodePods", "SpecialPods", "CheckPods")
        .flatMap(kind -> {
          try (Stream<Path> all = Files.walk(CASES.resolve(kind))) {
            List<Path> found =
                all.filter(f -> f.getFileName().toString().equals("out-pod.yaml")).toList();
            assertThat(found).as(kind).isNotEmpty();
            return found.stream();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static Pod seen(Pod pod) {
    return new PodBuilder(pod)
        .editMetadata()
        .withUid("uid")
        .withResourceVersion("7")
        .addToLabels(Names.RESERVATION, Names.LEND)
        .addNewManagedField()
        .withManager("somebody")
        .endManagedField()
        .endMetadata()
        .editSpec()
        .withNodeName("machine-1")
        .endSpec()
        .withNewStatus()
        .withPhase("Running")
        .withStartTime("2026-03-01T12:00:00Z")
        .addNewCondition()
        .withType("Ready")
        .withStatus("False")
        .endCondition()
        .addNewCondition()
        .withType("ContainersReady")
        .withStatus("True")
        .endCondition()
        .addNewContainerStatus()
        .withName("task")
        .withReady(true)
        .withNewState()
        .withNewTerminated()
        .withExitCode(3)
        .withMessage("{}")
        .withReason("Error")
        .endTerminated()
        .endState()
        .endContainerStatus()
        .addNewInitContainerStatus()
        .withName("stage-in")
        .withNewState()
        .withNewWaiting()
        .withReason("ImagePullBackOff")
        .endWaiting()
        .endState()
        .endInitContainerStatus()
        .endStatus()
        .build();
  }
}
