package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolIT {

  @Test
  void scalingDownLetsWhatRunsFinish() {
    try (Space space = new Space("scale")) {
      space.kubelet().script(space.name(), "j-long", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 3, 1);
      space.job("j", "p", 0, "long");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      String busy = space.task("j-long").getStatus().nodeInfo().nodeId();
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":0}}");

      space.awaitTrue("idle nodes gone", () -> names(space.nodePods()).equals(List.of(busy)));
      assertThat(space.nodePods().getFirst().getMetadata().getDeletionTimestamp()).isNull();
      space.kubelet().finish(space.name(), "j-long", End.SUCCESS);
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
      space.awaitTrue("all nodes gone", () -> space.nodePods().isEmpty());
      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().readyNodes() == 0);
      assertThat(space.kubelet().ran(space.name())).hasSize(1);
    }
  }

  private static List<String> names(List<Pod> pods) {
    return pods.stream().map(p -> p.getMetadata().getName()).toList();
  }

  @Test
  void aNodeThatIsDeletedIsReplaced() {
    try (Space space = new Space("replace")) {
      space.operator();
      space.pool("p", 2, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      assertThat(names(space.nodePods())).containsExactlyInAnyOrder("p-node-1", "p-node-2");

      space.user().pods().inNamespace(space.name()).withName("p-node-1").delete();

      space.awaitTrue(
          "another node", () -> names(space.nodePods()).equals(List.of("p-node-2", "p-node-3")));
      Pool pool =
          space.awaitPool(
              "p", p -> Space.reason(p).equals("Steady") && p.getStatus().readyNodes() == 2);
      assertThat(pool.getStatus().lastNode()).isEqualTo(3);
    }
  }

  @Test
  void growingUsesTheNewNodes() {
    try (Space space = new Space("grow")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> space.kubelet().ran(space.name()).size() == 1);
      space.job("k", "p", 0, "b");

      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":2}}");

      space.awaitTask("k-b", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(space.task("k-b").getStatus().nodeInfo().nodeId()).isEqualTo("p-node-2");
    }
  }

  @Test
  void aRefusedNodePodIsSaidAndTriedAgain() {
    try (Space space = new Space("quota")) {
      space.refusePods();
      RunningOperator operator = space.operator();
      space.pool("p", 1, 1);
      Pool pool = space.awaitPool("p", p -> Space.reason(p).equals("QuotaExceeded"));
      assertThat(Space.ready(pool.getStatus().conditions()).message()).contains("quota");
      assertThat(pool.getStatus().resizeErrors()).isNotEmpty();
      space.awaitTrue("tried again", () -> attempts(operator) > 1);
      assertThat(space.pool("p").getMetadata().getResourceVersion())
          .as("it says the same, and does not write it again")
          .isEqualTo(pool.getMetadata().getResourceVersion());

      space.admitPods();

      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().resizeErrors().isEmpty());
    }
  }

  @Test
  void whatWasRefusedOnceIsNotSaidOfAnotherTarget() {
    try (Space space = new Space("quotaonce")) {
      space.refusePods();
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("QuotaExceeded"));
      var pool = space.user().resources(Pool.class).inNamespace(space.name()).withName("p");
      pool.scale(0);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.admitPods();
      long said = refusalsSaid(space);

      pool.scale(1);

      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().readyNodes() == 1);
      assertThat(refusalsSaid(space)).isEqualTo(said);
    }
  }

  private static long refusalsSaid(Space space) {
    return space.user().events().v1().events().inNamespace(space.name()).list().getItems().stream()
        .filter(e -> e.getReason().equals("QuotaExceeded"))
        .count();
  }

  @Test
  void nodesAreCountedByAnOperatorThatFindsNothingToSay() {
    try (Space space = new Space("nodesgauge")) {
      RunningOperator first = space.operator();
      space.pool("p", 2, 1);
      space.awaitPool("p", p -> p.statusOrNew().nodeCounts().equals(Map.of("Idle", 2)));
      space.awaitTrue("counted", () -> first.nodes("Idle") == 2);
      first.kill();

      RunningOperator second = space.operator();

      space.awaitTrue("counted again", () -> second.nodes("Idle") == 2);
    }
  }

  private static long attempts(RunningOperator operator) {
    return operator.tap().writes().stream().filter(w -> w.resource().equals("pods")).count();
  }

  @Test
  void aRefusedTaskPodIsSaidAndTriedAgain() {
    try (Space space = new Space("quotatask")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.refusePods();
      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("PodRejected"));

      space.admitPods();

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(space.task("j-a").getStatus().attempts()).isEqualTo(1);
    }
  }

  @Test
  void aPoolThatIsDeletedWhileAJobWaitsMayComeBack() {
    try (Space space = new Space("poolback")) {
      space.operator();
      space.pool("p", 0, 1);
      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("WaitingForSlot"));
      space.delete(Pool.class, "p");
      space.awaitTask("j-a", t -> Space.reason(t).equals("PoolNotFound"));

      space.pool("p", 1, 1);

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  /** Each namespace has its own informers; none may throw out what another has seen. */
  @Test
  void anOperatorOfTwoNamespacesThatStartsAnewMakesNoNodeTwice() {
    try (Space one = new Space("two-one");
        Space two = new Space("two-two")) {
      Set<String> both = Set.of(one.name(), two.name());
      try (var first = RunningOperator.start(one.api(), both, Tap.counting(), false)) {
        one.pool("p", 2, 1);
        two.pool("p", 1, 1);
        one.awaitPool("p", p -> Space.reason(p).equals("Steady"));
        two.awaitPool("p", p -> Space.reason(p).equals("Steady"));
        first.kill();
      }
      try (var second = RunningOperator.start(one.api(), both, Tap.counting(), false)) {
        one.job("j", "p", 0, "a");
        two.job("j", "p", 0, "a");
        one.awaitCompleted("j");
        two.awaitCompleted("j");
        assertThat(names(one.nodePods())).containsExactlyInAnyOrder("p-node-1", "p-node-2");
        assertThat(names(two.nodePods())).containsExactly("p-node-1");
        assertThat(second.tap()).isNotNull();
      }
    }
  }

  @Test
  void theScaleSubresourceIsThePoolsTarget() {
    try (Space space = new Space("scalesub")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      var pool = space.user().resources(Pool.class).inNamespace(space.name()).withName("p");

      Scale scale = pool.scale();
      assertThat(scale.getStatus().getReplicas()).isEqualTo(1);
      assertThat(
              space
                  .user()
                  .pods()
                  .inNamespace(space.name())
                  .withLabelSelector(scale.getStatus().getSelector())
                  .list()
                  .getItems())
          .as("what an autoscaler looks at")
          .hasSameSizeAs(space.nodePods());
      pool.scale(3);

      space.awaitPool("p", p -> p.getStatus().readyNodes() == 3);
      assertThat(space.pool("p").getSpec().targetDedicatedNodes()).isEqualTo(3);
    }
  }

  /** Azure answers 409; here the pool goes to what was said last. */
  @Test
  void theTargetMayBeChangedWhileThePoolResizes() {
    try (Space space = new Space("twice")) {
      space.refusePods();
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> p.statusOrNew().allocationState() == AllocationState.RESIZING);

      space.admitPods();
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":3}}");

      space.awaitPool("p", p -> p.getStatus().readyNodes() == 3);
      assertThat(space.nodePods()).hasSize(3);
    }
  }

  @Test
  void aStoppedResizeKeepsTheSize() {
    try (Space space = new Space("stopped")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.refusePods();
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":3}}");
      space.awaitPool("p", p -> p.getStatus().allocationState() == AllocationState.RESIZING);

      space.merge(Pool.class, "p", "{\"spec\":{\"desiredAllocation\":\"Stop\"}}");
      Pool stopped =
          space.awaitPool("p", p -> p.getStatus().allocationState() == AllocationState.STEADY);
      assertThat(Space.reason(stopped)).isEqualTo("ResizeStopped");
      space.admitPods();

      // The pool has looked at itself again by the time a task has run on it.
      space.job("j", "p", 0, "a");
      space.awaitCompleted("j");
      assertThat(names(space.nodePods())).containsExactly("p-node-1");
      space.merge(Pool.class, "p", "{\"spec\":{\"desiredAllocation\":\"Resize\"}}");
      space.awaitPool("p", p -> p.getStatus().readyNodes() == 3);
    }
  }

  /** Section 3.4: what becomes of a task on a node that goes. */
  @ParameterizedTest
  @EnumSource(NodeDeallocationOption.class)
  void aBusyNodeGoesAsThePoolSays(NodeDeallocationOption option) {
    try (Space space =
        new Space("shrinks-" + option.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
      space.kubelet().script(space.name(), "j-long", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      String name = space.user().getKubernetesSerialization().asJson(option);
      space.merge(Pool.class, "p", "{\"spec\":{\"nodeDeallocationOption\":" + name + "}}");
      space.job("j", "p", 0, "long");
      space.merge(Job.class, "j", "{\"spec\":{\"constraints\":{\"maxWallClockTime\":\"PT1H\"}}}");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.user().resources(Pool.class).inNamespace(space.name()).withName("p").scale(0);

      switch (option) {
        case REQUEUE -> {
          space.awaitTask("j-long", t -> Space.reason(t).equals("Disrupted"));
          space.awaitTrue("the node is gone", () -> space.nodePods().isEmpty());
          space.user().resources(Pool.class).inNamespace(space.name()).withName("p").scale(1);
          Task again =
              space.awaitTask(
                  "j-long", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
          assertThat(again.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
          assertThat(again.getStatus().execution().retryCount()).isNull();
          assertThat(space.kubelet().ran(space.name())).hasSize(2);
        }
        case TERMINATE -> {
          Task ended =
              space.awaitTask(
                  "j-long", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
          assertThat(ended.getStatus().execution().failureInfo().code()).isEqualTo("TaskEnded");
          assertThat(ended.getStatus().execution().failureInfo().message()).contains("Terminate");
          space.awaitTrue("the node is gone", () -> space.nodePods().isEmpty());
          assertThat(space.kubelet().ran(space.name())).hasSize(1);
        }
        case TASK_COMPLETION, RETAINED_DATA -> {
          space.awaitPool("p", p -> Space.reason(p).equals("Resizing"));
          space.kubelet().finish(space.name(), "j-long", End.SUCCESS);
          space.awaitCompleted("j");
          if (option == NodeDeallocationOption.TASK_COMPLETION) {
            space.awaitTrue("the node is gone", () -> space.nodePods().isEmpty());
          } else {
            // Its seven days are not over; without a task that has data it may go.
            assertThat(space.nodePods()).hasSize(1);
            space.delete(Job.class, "j");
            space.user().resources(Task.class).inNamespace(space.name()).delete();
            space.awaitTrue("the node is gone", () -> space.nodePods().isEmpty());
          }
          assertThat(space.kubelet().ran(space.name())).hasSize(1);
        }
      }
    }
  }

  @Test
  void aPoolThatIsDeletedGivesItsTasksBack() {
    try (Space space = new Space("pooldeleted")) {
      space.kubelet().script(space.name(), "j-long", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "long");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.delete(Pool.class, "p");

      space.awaitTask("j-long", t -> Space.reason(t).equals("PoolNotFound"));
      assertThat(space.task("j-long").statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
      // There is no garbage collector here.
      space
          .user()
          .pods()
          .inNamespace(space.name())
          .withLabel("poolwright.io/role", "node")
          .delete();
      space.pool("p", 1, 1);
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(space.kubelet().ran(space.name())).hasSize(2);
    }
  }
}
