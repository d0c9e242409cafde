package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.poolwright.api.pool.NodeStatus;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.pods.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users ask of single nodes by the annotation poolwright.io/request. */
class NodeVerbsIT {

  static void ask(Space space, String node, String request) {
    space
        .user()
        .pods()
        .inNamespace(space.name())
        .withName(node)
        .edit(p ->
            new PodBuilder(p)
                .editMetadata()
                .addToAnnotations(Names.REQUEST, request)
                .endMetadata()
                .build());
  }

  static Pod node(Space space, String name) {
    return space.user().pods().inNamespace(space.name()).withName(name).get();
  }

  static Optional<PersistentVolumeClaim> claim(Space space, String node) {
    return Optional.ofNullable(NodeClaims.get(space.user(), space.name(), node));
  }

  static Volume directory(Pod node) {
    return node.getSpec().getVolumes().stream()
        .filter(v -> v.getName().equals("node"))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<NodeStatus> shown(Pool pool, String node) {
    return pool.statusOrNew().nodes().stream().filter(n -> n.id().equals(node)).findFirst();
  }

  private static boolean isNew(Space space, String name, String uid) {
    Pod pod = node(space, name);
    return pod != null
        && !pod.getMetadata().getUid().equals(uid)
        && pod.getMetadata().getDeletionTimestamp() == null;
  }

  @Test
  void aDisabledNodeIsOfflineUntilItIsEnabled() {
    try (Space space = new Space("disable")) {
      space.operator();
      space.pool("p", 2, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      ask(space, "p-node-1", "disableScheduling");

      Pool off =
          space.awaitPool(
              "p", p -> p.getStatus().nodeCounts().equals(Map.of("Offline", 1, "Idle", 1)));
      assertThat(Space.ready(off.getStatus().conditions()).message()).contains("1 disabled");
      assertThat(Space.reason(off)).isEqualTo("Steady");
      space.awaitTrue(
          "its label says so",
          () ->
              "Offline".equals(node(space, "p-node-1").getMetadata().getLabels().get(Names.STATE)));
      space.job("j", "p", 0, "a", "b", "c");
      space.awaitCompleted("j");
      assertThat(space.tasks()).allMatch(t -> t.getStatus().nodeInfo().nodeId().equals("p-node-2"));

      ask(space, "p-node-1", "EnableScheduling");

      space.awaitPool("p", p -> p.getStatus().readyNodes() == 2);
      assertThat(space.nodePods()).hasSize(2);
    }
  }

  @Test
  void whatRunsOnADisabledNodeRunsElsewhere() {
    try (Space space = new Space("disablebusy")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      String first = space.task("j-a").getStatus().nodeInfo().nodeId();

      ask(space, first, "DisableScheduling");

      space.awaitCompleted("j");
      assertThat(space.task("j-a").getStatus().nodeInfo().nodeId()).isNotEqualTo(first);
      assertThat(space.task("j-a").getStatus().execution().retries()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":Terminate", ":TaskCompletion"})
  void aRebootedNodeKeepsItsNameAndItsDirectory(String option) {
    try (Space space =
        new Space("reboot" + option.toLowerCase(java.util.Locale.ROOT).replace(":", "-"))) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      String before = node(space, "p-node-1").getMetadata().getUid();
      String claim = claim(space, "p-node-1").orElseThrow().getMetadata().getUid();

      ask(space, "p-node-1", "Reboot" + option);

      if (option.equals(":TaskCompletion")) {
        space.awaitPool(
            "p",
            p ->
                shown(p, "p-node-1")
                    .map(n -> n.schedulingState() == NodeStatus.SchedulingState.DISABLED)
                    .orElse(false));
        assertThat(node(space, "p-node-1").getMetadata().getUid()).isEqualTo(before);
        space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      }
      space.awaitTrue("it came back", () -> isNew(space, "p-node-1", before));
      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().restarting().isEmpty());
      Pod now = node(space, "p-node-1");
      assertThat(directory(now).getPersistentVolumeClaim().getClaimName())
          .isEqualTo("p-node-1-node");
      PersistentVolumeClaim kept = claim(space, "p-node-1").orElseThrow();
      assertThat(kept.getMetadata().getUid()).isEqualTo(claim);
      assertThat(kept.getMetadata().getDeletionTimestamp()).isNull();
      assertThat(kept.getMetadata().getOwnerReferences())
          .extracting(OwnerReference::getUid)
          .containsExactly(now.getMetadata().getUid());
      space.awaitCompleted("j");
      Task task = space.task("j-a");
      assertThat(task.getStatus().execution().result())
          .isEqualTo(option.equals(":Terminate") ? TaskResult.FAILURE : TaskResult.SUCCESS);
      assertThat(space.kubelet().ran(space.name())).hasSize(option.isEmpty() ? 2 : 1);

      // It goes with its claim, as any other.
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":0}}");
      space.awaitTrue(
          "node and claim are gone",
          () -> space.nodePods().isEmpty() && claim(space, "p-node-1").isEmpty());
    }
  }

  @Test
  void aReimagedNodeKeepsItsNameAndNothingElse() {
    try (Space space = new Space("reimage")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      String before = node(space, "p-node-1").getMetadata().getUid();
      String claim = claim(space, "p-node-1").orElseThrow().getMetadata().getUid();

      ask(space, "p-node-1", "Reimage:TaskCompletion");

      space.awaitTrue("it came back", () -> isNew(space, "p-node-1", before));
      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().restarting().isEmpty());
      assertThat(directory(node(space, "p-node-1")).getEphemeral()).isNotNull();
      assertThat(claim(space, "p-node-1").orElseThrow().getMetadata().getUid()).isNotEqualTo(claim);
      assertThat(space.pool("p").getStatus().lastNode()).isEqualTo(1);
      space.job("j", "p", 0, "a");
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatIsNoneIsSaidWithWhatToWrite() {
    try (Space space = new Space("badrequest")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      ask(space, "p-node-1", "Restart");

      Pool pool =
          space.awaitPool(
              "p",
              p ->
                  shown(p, "p-node-1")
                      .map(n ->
                          n.errors().stream().anyMatch(e -> e.code().equals("InvalidNodeRequest")))
                      .orElse(false));
      assertThat(Space.ready(pool.getStatus().conditions()).message())
          .contains("p-node-1", "\"Restart\"", "DisableScheduling", "Reboot:TaskCompletion");
      space.awaitTrue(
          "an event warns",
          () ->
              space
                  .user()
                  .events()
                  .v1()
                  .events()
                  .inNamespace(space.name())
                  .list()
                  .getItems()
                  .stream()
                  .anyMatch(e ->
                      e.getReason().equals("InvalidNodeRequest")
                          && e.getType().equals("Warning")
                          && e.getNote().contains("Reboot:TaskCompletion")));
      assertThat(Space.reason(pool)).isEqualTo("Steady");
    }
  }

  @Test
  void aMachineThatIsSilentForAWhileTakesNoTasksAndComesBack() {
    try (Space space = new Space("silent")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      Pod node = node(space, "p-node-1");

      space.kubelet().says(node, PodStatuses.silent(node));

      space.awaitPool("p", p -> Space.reason(p).equals("NodeUnreachable"));
      assertThat(space.pool("p").getStatus().nodeCounts()).containsEntry("Unknown", 1);
      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("WaitingForSlot"));

      space.kubelet().says(node, PodStatuses.running(node));

      space.awaitCompleted("j");
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      assertThat(space.nodePods()).hasSize(1);
    }
  }

  @Test
  void aNodeWhoseDiskIsFullIsReplacedAndItsTaskRunsOn() {
    try (Space space = new Space("diskfull")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      Pod node = node(space, "p-node-1");

      space
          .kubelet()
          .says(node, PodStatuses.evicted("The node was low on resource: ephemeral-storage."));

      space.awaitPool("p", p -> Space.reason(p).equals("Steady") && p.getStatus().lastNode() == 2);
      assertThat(space.user().events().v1().events().inNamespace(space.name()).list().getItems())
          .anyMatch(
              e -> e.getReason().equals("NodeLost") && e.getNote().contains("ephemeral-storage"));
      // It was not thrown out with its node.
      assertThat(space.task("j-a").statusOrNew().stateOrActive()).isEqualTo(TaskState.RUNNING);
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.awaitCompleted("j");
      assertThat(space.kubelet().ran(space.name())).hasSize(1);
    }
  }

  @Test
  void aMachineThatIsGoneTakesNodeAndTaskAlong() {
    try (Space space = new Space("machinegone")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      // As the pod garbage collector does once the Node object is deleted.
      List<Pod> all = List.of(space.taskPods().getFirst(), node(space, "p-node-1"));
      all.forEach(space.kubelet()::removeByForce);

      space.awaitCompleted("j");
      assertThat(space.task("j-a").getStatus().nodeInfo().nodeId()).isEqualTo("p-node-2");
      assertThat(space.task("j-a").getStatus().execution().retries()).isZero();
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
    }
  }
}
