package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.api.task.TaskStatus.SubtaskState;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tasks that have several nodes at once. */
class MultiInstanceIT {
  private static final List<String> GANGS = List.of("one", "two", "three");

  private static Map<String, String> uids(Space space) {
    return space.taskPods().stream()
        .collect(Collectors.toMap(p -> p.getMetadata().getName(), p -> p.getMetadata().getUid()));
  }

  @Test
  void itWaitsForAllItsNodesAndNobodyOvertakesIt() {
    try (Space space = new Space("gang")) {
      space.kubelet().script(space.name(), "first-a", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "j-mpi", End.always(new End.Hang()));
      space.operator();
      space.apply(Gang.POOL.formatted(3));
      space.job("first", "p", 0, "a");
      space.awaitTrue("first runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      space.apply(Gang.job(3, 0));
      space.awaitTask(
          "j-mpi", t -> Space.message(t).equals("Waits for 3 free nodes of pool p at once"));
      space.job("last", "p", 0, "a");
      space.awaitTask("last-a", t -> true);
      assertThat(space.pool("p").statusOrNew().usedSlots()).isEqualTo(1);

      space.kubelet().finish(space.name(), "first-a", End.SUCCESS);

      Task runs =
          space.awaitTask(
              "j-mpi",
              t ->
                  t.statusOrNew().subtasks().stream()
                          .filter(s -> s.state() == SubtaskState.RUNNING)
                          .count()
                      == 2);
      assertThat(space.kubelet().ran(space.name(), "last-a")).isEmpty();
      assertThat(runs.getStatus().subtasks())
          .extracting(Subtask::nodeId)
          .doesNotContain(runs.getStatus().nodeInfo().nodeId())
          .doesNotHaveDuplicates();
      assertThat(space.awaitPool("p", p -> Integer.valueOf(3).equals(p.statusOrNew().usedSlots())))
          .isNotNull();

      space.kubelet().finish(space.name(), "j-mpi", End.SUCCESS);

      space.awaitCompleted("j");
      space.awaitCompleted("last");
      Task over = space.task("j-mpi");
      assertThat(over.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
      assertThat(over.getStatus().subtasks())
          .extracting(Subtask::state)
          .containsOnly(SubtaskState.COMPLETED);
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
      assertThat(space.kubelet().ran(space.name()))
          .extracting(Ran::task)
          .containsExactlyInAnyOrder("first-a", "j-mpi", "j-mpi/1", "j-mpi/2", "last-a");
    }
  }

  /** However many nodes become free meanwhile, one after the other. */
  @Test
  void whatItWaitsForIsWrittenOnce() {
    try (Space space = new Space("gangwrites")) {
      space.kubelet().script(space.name(), "first-a", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "first-b", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "first-c", End.always(new End.Hang()));
      RunningOperator operator = space.operator();
      space.apply(Gang.POOL.formatted(3));
      space.job("first", "p", 0, "a", "b", "c");
      space.awaitTrue("all run", () -> space.kubelet().ran(space.name()).size() == 3);
      space.apply(WaitingIT.emptyJob("j", "p"));
      for (String task : GANGS) {
        space.apply(
            WaitingIT.task(
                task,
                "j",
                "command: [work]\n  multiInstanceSettings: {numberOfInstances: 3, coordinationCommandLine: x}"));
      }
      for (String task : GANGS) {
        space.awaitTask(task, t -> Space.message(t).contains("3 free nodes of pool p at once"));
      }

      for (int left = 2; left >= 0; left--) {
        space.kubelet().finish(space.name(), "first-" + "cba".charAt(left), End.SUCCESS);
        int used = left;
        space.awaitPool(
            "p", p -> used == 0 || Integer.valueOf(used).equals(p.getStatus().usedSlots()));
      }

      for (String task : GANGS) {
        space.awaitTask(task, t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      }
      assertThat(operator.tap().writes())
          .extracting(Tap.Write::toString)
          .filteredOn(w -> w.matches("PUT tasks/(one|two|three)/status"))
          .as(
              "of each four: that it waits, its intent, that it runs, its end; some may be repeated")
          .hasSizeBetween(9, 15);
    }
  }

  @Test
  void aSubtaskThatFailsHasTheWholeTaskTriedAgain() {
    try (Space space = new Space("gangfails")) {
      space.operator();
      Gang.begin(space);

      space.awaitCompleted("j");

      assertThat(Gang.ranTooOften(Scenario.runs(space))).isEmpty();
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
      assertThat(Gang.problems(space)).isEmpty();
    }
  }

  @Test
  void aNodeThatGoesTakesTheAttemptWithItAndNobodyIsCharged() {
    try (Space space = new Space("ganglost")) {
      space.kubelet().script(space.name(), "j-mpi", End.first(new End.Hang()));
      space.operator();
      space.apply(Gang.POOL.formatted(2));
      space.apply(Gang.job(2, 0));
      Task runs = space.awaitTask("j-mpi", t -> space.kubelet().ran(space.name()).size() == 2);
      String node = runs.getStatus().subtasks().getFirst().nodeId();
      Pod pod =
          space.nodePods().stream()
              .filter(p -> p.getMetadata().getName().equals(node))
              .findFirst()
              .orElseThrow();

      space.ask(pod, "Reboot");

      space.awaitCompleted("j");
      Task over = space.task("j-mpi");
      assertThat(over.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
      assertThat(over.getStatus().execution().retries()).isZero();
      assertThat(over.getStatus().attempts()).isEqualTo(2);
      assertThat(space.kubelet().ran(space.name(), "j-mpi")).hasSize(2);
    }
  }

  /** Two of three pods are there, and nothing in the ledger. */
  @Test
  void whatAnOperatorBeganTheNextGoesOnWith() {
    try (Space space = new Space("gangbegun")) {
      HeldWrite third = HeldWrite.of("POST", "/pods", "\"j-mpi-1-s2\"");
      RunningOperator first = space.operator(Tap.holding(third));
      space.apply(Gang.POOL.formatted(3));
      space.apply(Gang.job(3, 0));
      space.awaitTrue("the third pod is being made", third::isHeld);
      Map<String, String> begun = uids(space);
      assertThat(begun).containsOnlyKeys("j-mpi-1", "j-mpi-1-s1");
      first.kill();
      third.goOn();

      space.operator();

      space.awaitCompleted("j");
      Task over = space.task("j-mpi");
      assertThat(over.getStatus().attempts()).isEqualTo(1);
      assertThat(over.getStatus().attempt().podUid()).isEqualTo(begun.get("j-mpi-1"));
      assertThat(over.getStatus().subtasks().getFirst().podUid())
          .isEqualTo(begun.get("j-mpi-1-s1"));
      assertThat(space.kubelet().letGo(space.name())).hasSize(3);
    }
  }

  /** All or none: what a quota has for the others is not kept while one cannot be made. */
  @Test
  void whereOnePodCannotBeMadeTheOthersAreGivenBack() {
    try (Space space = new Space("gangrefused")) {
      space.operator();
      space.apply(Space.stranger("j-mpi-1-s2"));
      space.apply(Gang.POOL.formatted(3));
      space.apply(Gang.job(3, 0));

      Task refused = space.awaitTask("j-mpi", t -> Space.reason(t).equals("PodRejected"));

      assertThat(Space.message(refused)).contains("j-mpi-1-s2");
      assertThat(space.taskPods()).isEmpty();
      assertThat(space.kubelet().letGo(space.name())).isEmpty();
      space
          .user()
          .pods()
          .inNamespace(space.name())
          .withName("j-mpi-1-s2")
          .withGracePeriod(0)
          .delete();
      space.awaitCompleted("j");
      assertThat(space.task("j-mpi").getStatus().attempts()).isEqualTo(1);
      assertThat(space.kubelet().letGo(space.name())).hasSize(3);
    }
  }

  @Test
  void whatThePoolCannotGiveIsSaidUntilItCan() {
    try (Space space = new Space("gangnever")) {
      space.operator();
      space.apply(Gang.POOL.formatted(2));
      space.apply(Gang.job(3, 0));

      Task stuck = space.awaitTask("j-mpi", t -> Space.reason(t).equals("NotEnoughNodes"));

      assertThat(Space.message(stuck)).contains("3 nodes are needed at once", "is to have 2");
      assertThat(stuck.statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":3}}");
      space.awaitCompleted("j");
      assertThat(space.task("j-mpi").getStatus().execution().result())
          .isEqualTo(TaskResult.SUCCESS);
    }
  }

  @Test
  void aTaskThatIsTerminatedStopsOnAllItsNodes() {
    try (Space space = new Space("gangstop")) {
      space.kubelet().script(space.name(), "j-mpi", End.always(new End.Hang()));
      space.operator();
      space.apply(Gang.POOL.formatted(2));
      space.apply(Gang.job(2, 3));
      space.awaitTask("j-mpi", t -> space.kubelet().ran(space.name()).size() == 2);

      space.merge(Task.class, "j-mpi", "{\"spec\":{\"desiredState\":\"Terminated\"}}");

      space.awaitCompleted("j");
      assertThat(space.task("j-mpi").getStatus().execution().failureInfo().code())
          .isEqualTo("TaskEnded");
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
      assertThat(space.kubelet().ran(space.name())).hasSize(2);
    }
  }

  @Test
  void theSchemaRefusesWhatMakesNoSense() {
    try (Space space = new Space("gangschema")) {
      for (String wrong :
          List.of(
              "{numberOfInstances: 2}",
              "{coordinationCommandLine: x, numberOfInstances: 0}",
              "{coordinationCommandLine: x, numberOfInstances: 151}")) {
        assertThatThrownBy(() ->
                space.apply(
                    "apiVersion: poolwright.io/v1alpha1\nkind: Task\nmetadata: {name: t}\nspec: {jobId: j, commandLine: x, multiInstanceSettings: "
                        + wrong
                        + "}\n"))
            .isInstanceOf(KubernetesClientException.class)
            .hasMessageContaining("multiInstanceSettings");
      }
      assertThatThrownBy(() ->
              space.apply(
                  "apiVersion: poolwright.io/v1alpha1\nkind: Task\nmetadata: {name: t}\nspec: {jobId: j, commandLine: x, requiredSlots: 2, multiInstanceSettings: {coordinationCommandLine: x}}\n"))
          .hasMessageContaining("requiredSlots must be 1");
    }
  }
}
