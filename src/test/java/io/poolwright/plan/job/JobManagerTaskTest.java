package io.poolwright.plan.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.JobManagerTask;
import io.poolwright.api.task.TaskSpec;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JobManagerTaskTest {
  private static final JobManagerTask FULL =
      read(
          """
          id: m
          displayName: The manager
          command: [manage]
          commandLine: manage
          containerSettings: {imageName: debian}
          environmentSettings: [{name: A, value: b}]
          resourceFiles: [{storageUrl: "s3:///in/x", filePath: x}]
          outputFiles:
            - {filePattern: "*.txt", destination: {container: {path: out}}}
          applicationPackageReferences: [{applicationId: a}]
          userIdentity: {autoUser: {elevationLevel: Admin}}
          requiredSlots: 3
          resources: {memory: 2Gi, nvidia.com/gpu: 1}
          runExclusive: false
          killJobOnCompletion: false
          allowLowPriorityNode: false
          constraints: {maxTaskRetryCount: 3}
          authenticationTokenSettings: {access: [Job]}
          """);

  private static JobManagerTask read(String text) {
    return Serialization.unmarshal(text, JobManagerTask.class);
  }

  private static Set<String> fields(Class<?> of) {
    return Arrays.stream(of.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toSet());
  }

  /** Those that are there. */
  private static Map<String, Object> values(Record of) throws ReflectiveOperationException {
    Map<String, Object> all = new HashMap<>();
    for (RecordComponent component : of.getClass().getRecordComponents()) {
      Object value = component.getAccessor().invoke(of);
      if (value != null) {
        all.put(component.getName(), value);
      }
    }
    return all;
  }

  /** A field that tasks get later must not be forgotten. */
  @Test
  void theTaskHasAllThatTheManagerHas() throws ReflectiveOperationException {
    Map<String, Object> manager = values(FULL);
    assertThat(manager.keySet())
        .as("each of its fields is in the example above")
        .isEqualTo(fields(JobManagerTask.class));
    manager
        .keySet()
        .removeAll(Set.of("runExclusive", "killJobOnCompletion", "allowLowPriorityNode"));

    assertThat(values(FULL.asTask(8))).isEqualTo(manager);
    Set<String> others = fields(TaskSpec.class);
    others.removeAll(manager.keySet());
    assertThat(others)
        .as("what a task has and the manager has not")
        .containsExactlyInAnyOrder(
            "jobId",
            "affinityInfo",
            "dependsOn",
            "exitConditions",
            "desiredState",
            "multiInstanceSettings");
  }

  @Test
  void aloneItTakesAllSlotsOfANode() {
    assertThat(read("id: m\nrequiredSlots: 2").asTask(8).slots()).isEqualTo(8);
    assertThat(read("id: m\nrequiredSlots: 2\nrunExclusive: false").asTask(8).slots()).isEqualTo(2);
    assertThat(read("id: m\nrunExclusive: false").asTask(8).slots()).isOne();
  }
}
