package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import org.junit.jupiter.api.Test;

/** Inline tasks that a policy of the cluster refuses. */
class RefusedTasksIT {
  private static final String WORDS = "no task is called b here";

  private static void refuse(Space space) {
    Policy.deny(
        space,
        """
        matchConstraints:
          resourceRules:
            - {apiGroups: [poolwright.io], apiVersions: [v1alpha1], resources: [tasks], operations: [CREATE]}
        validations:
          - {expression: "!object.metadata.name.endsWith('-b')", message: %s}
        """
            .formatted(WORDS));
    space.awaitTrue("the policy is in force", () -> isRefused(space));
  }

  private static boolean isRefused(Space space) {
    try {
      space
          .user()
          .resource(
              Serialization.unmarshal(
                  WaitingIT.task("probe-b", "j", "command: [work]"), Task.class))
          .inNamespace(space.name())
          .dryRun()
          .create();
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 422;
    }
  }

  @Test
  void theJobSaysWhichAndTheOthersGoOn() {
    try (Space space = new Space("refused-task")) {
      refuse(space);
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a", "b", "c");

      Job waits = space.awaitJob("j", j -> Space.reason(j).equals("TaskRefused"));
      assertThat(Space.message(waits)).contains("spec.tasks[1]", "j-b", WORDS);
      space.awaitTask("j-a", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.awaitTask("j-c", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      Job two = space.awaitJob("j", j -> j.getStatus().taskCounts().succeeded() == 2);
      assertThat(two.stateOrActive()).isEqualTo(JobState.ACTIVE);
      assertThat(Space.reason(two)).isEqualTo("TaskRefused");

      Policy.allow(space);

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(3);
    }
  }

  @Test
  void whatWasMadeAndDeletedSinceIsNotMadeAgainWithTheOneThatIs() {
    try (Space space = new Space("refused-deleted")) {
      refuse(space);
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a", "b", "c");
      Job waits = space.awaitJob("j", j -> "1".equals(j.statusOrNew().uncreatedTasks()));
      assertThat(waits.getStatus().createdTasks()).isEqualTo(3);
      space.awaitTask("j-c", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.user().resources(Task.class).inNamespace(space.name()).withName("j-c").delete();

      Policy.allow(space);

      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(over.getStatus().uncreatedTasks()).isNull();
      assertThat(space.kubelet().ran(space.name(), "j-c")).hasSize(1);
      assertThat(space.kubelet().ran(space.name(), "j-b")).hasSize(1);
    }
  }
}
