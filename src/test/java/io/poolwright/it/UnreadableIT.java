package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.testing.LooseSchema;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** An object that was written under another schema than ours must not stop the others. */
class UnreadableIT {

  @Test
  void aTaskWithANumberThatIsTooLarge() {
    try (Space space = new Space("unreadable")) {
      space.pool("p", 1, 1);
      space.apply(WaitingIT.emptyJob("j", "p"));
      underLooseSchema(
          space,
          "tasks.poolwright.io",
          "requiredSlots",
          () ->
              tried(() ->
                  space.apply(
                      WaitingIT.task(
                          "strange", "j", "command: [work]\n  requiredSlots: 5000000000"))));
      space.operator();
      space.apply(WaitingIT.task("fine", "j", "command: [work]"));

      space.awaitTask("fine", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);

      space.awaitTrue("said so", () -> readyOf(space, "Task", "strange").contains("Unreadable"));
      assertThat(readyOf(space, "Task", "strange")).contains("cannot be read");
      assertThat(space.kubelet().ran(space.name(), "strange")).isEmpty();
    }
  }

  @Test
  void aPoolThatCannotBeReadWhileTheOperatorRuns() {
    try (Space space = new Space("unreadablepool")) {
      space.operator();
      space.pool("good", 1, 1);
      underLooseSchema(
          space,
          "pools.poolwright.io",
          "taskSlotsPerNode",
          () ->
              tried(() ->
                  space.apply(
                      """
                      apiVersion: poolwright.io/v1alpha1
                      kind: Pool
                      metadata: {name: bad}
                      spec:
                        targetDedicatedNodes: 1
                        taskSlotsPerNode: 5000000000
                        node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
                      """)));
      space.job("onbad", "bad", 0, "a");
      space.job("ongood", "good", 0, "a");

      assertThat(space.awaitCompleted("ongood").getStatus().taskCounts().succeeded()).isEqualTo(1);
      space.awaitTrue("said so", () -> readyOf(space, "Pool", "bad").contains("Unreadable"));
      // Nobody can tell what the pool is to be: for its jobs it is not there.
      space.awaitTask("onbad-a", t -> Space.reason(t).equals("PoolNotFound"));

      // A new spec that can be read is a new start.
      space
          .user()
          .genericKubernetesResources("poolwright.io/v1alpha1", "Pool")
          .inNamespace(space.name())
          .withName("bad")
          .delete();
      space.pool("bad", 1, 1);
      assertThat(space.awaitCompleted("onbad").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void aTaskThatBecomesUnreadableWhileItRunsKeepsItsLedger() {
    try (Space space = new Space("unreadablerun")) {
      space.kubelet().script(space.name(), "t", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(WaitingIT.emptyJob("j", "p"));
      space.apply(WaitingIT.task("t", "j", "command: [work]"));
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      Task running = space.task("t");

      underLooseSchema(
          space,
          "tasks.poolwright.io",
          "constraints.maxTaskRetryCount",
          () -> tried(() -> space.merge(Task.class, "t", retries(5_000_000_000L))));
      space.awaitTrue("said so", () -> readyOf(space, "Task", "t").contains("Unreadable"));
      space.merge(Task.class, "t", retries(1));

      Task mended = space.awaitTask("t", t -> Space.reason(t).equals("Running"));
      assertThat(mended.getStatus().attempt()).isEqualTo(running.getStatus().attempt());
      assertThat(mended.getStatus().executionInfo()).isEqualTo(running.getStatus().executionInfo());
      space.kubelet().finish(space.name(), "t", End.SUCCESS);
      space.awaitTask("t", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(space.kubelet().ran(space.name())).hasSize(1);
    }
  }

  @Test
  void aJobThatBecomesUnreadableLeavesItsTasksAlone() {
    try (Space space = new Space("unreadablejob")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a", "b");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      String first = space.kubelet().ran(space.name()).getFirst().task();

      underLooseSchema(
          space,
          "jobs.poolwright.io",
          "priority",
          () -> tried(() -> space.merge(Job.class, "j", "{\"spec\":{\"priority\":5000000000}}")));
      space.awaitTrue("said so", () -> readyOf(space, "Job", "j").contains("Unreadable"));
      // Something else makes the operator look at the pool and at what waits for it.
      space.job("other", "p", 0, "c");
      space.awaitTrue(
          "another job is seen", () -> !space.job("other").statusOrNew().conditions().isEmpty());
      assertThat(space.task(first).statusOrNew().stateOrActive()).isNotEqualTo(TaskState.ACTIVE);
      space.merge(Job.class, "j", "{\"spec\":{\"priority\":1}}");

      space.awaitJob("j", j -> !Space.reason(j).equals("Unreadable"));
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(space.kubelet().ran(space.name(), "j-a")).hasSize(1);
      assertThat(space.kubelet().ran(space.name(), "j-b")).hasSize(1);
    }
  }

  /** Nobody stops it: its room is not coming, and another's has to be made. */
  @Test
  void whatRunsOfAnUnreadableTaskOrJobIsNoRoomThatIsComing() {
    try (Space space = new Space("unreadablepreempt")) {
      List.of("t", "j-a", "low-a")
          .forEach(t -> space.kubelet().script(space.name(), t, End.always(new End.Hang())));
      space.operator();
      space.pool("p", 3, 1);
      space.apply(WaitingIT.emptyJob("holds", "p"));
      space.apply(WaitingIT.task("t", "holds", "command: [work]"));
      space.job("j", "p", 0, "a");
      PreemptionIT.job(
          space, "low", "allowTaskPreemption: true", "tasks: [{id: a, commandLine: work}]\n");
      space.awaitTrue("all run", () -> space.kubelet().ran(space.name()).size() == 3);
      underLooseSchema(
          space,
          "tasks.poolwright.io",
          "constraints.maxTaskRetryCount",
          () -> tried(() -> space.merge(Task.class, "t", retries(5_000_000_000L))));
      underLooseSchema(
          space,
          "jobs.poolwright.io",
          "priority",
          () -> tried(() -> space.merge(Job.class, "j", "{\"spec\":{\"priority\":5000000000}}")));
      space.awaitTrue("said so", () -> readyOf(space, "Task", "t").contains("Unreadable"));
      space.awaitTrue("said so", () -> readyOf(space, "Job", "j").contains("Unreadable"));

      PreemptionIT.job(space, "high", "priority: 5", "tasks: [{id: x, commandLine: work}]\n");
      space.awaitCompleted("high");
      space.awaitTask("low-a", t -> t.statusOrNew().attempts() == 2);
      assertThat(space.kubelet().ran(space.name(), "t")).hasSize(1);
      assertThat(space.kubelet().ran(space.name(), "j-a")).hasSize(1);
    }
  }

  private static String retries(long most) {
    return "{\"spec\":{\"constraints\":{\"maxTaskRetryCount\":%d}}}".formatted(most);
  }

  private static Boolean tried(Runnable write) {
    try {
      write.run();
      return true;
    } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
      // The API server takes a moment to serve another schema.
      return false;
    }
  }

  private static String readyOf(Space space, String kind, String name) {
    return String.valueOf(
        space
            .user()
            .genericKubernetesResources("poolwright.io/v1alpha1", kind)
            .inNamespace(space.name())
            .withName(name)
            .get()
            .getAdditionalProperties()
            .get("status"));
  }

  private static void underLooseSchema(
      Space space, String crd, String field, Callable<Boolean> write) {
    LooseSchema.during(space.user(), crd, field, write);
  }
}
