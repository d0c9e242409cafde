package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.poolwright.api.pool.NodeStatus;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskState;
import io.poolwright.pods.Names;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What nodes show of themselves, and what becomes of them when their machines fail. */
class NodeStatesIT {
  private static final String SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict";
  private static final String DO_NOT = "karpenter.sh/do-not-disrupt";

  private static Pod node(Space space, String name) {
    return space.user().pods().inNamespace(space.name()).withName(name).get();
  }

  private static boolean shows(Space space, String name, String state, boolean spare) {
    Map<String, String> marks = node(space, name).getMetadata().getAnnotations();
    return state.equals(node(space, name).getMetadata().getLabels().get(Names.STATE))
        && Boolean.toString(spare).equals(marks.get(SAFE))
        && Boolean.toString(!spare).equals(marks.get(DO_NOT));
  }

  private static NodeStatus status(Pool pool, String name) {
    return pool.statusOrNew().nodes().stream()
        .filter(n -> n.id().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Event> events(Space space) {
    return space.user().events().v1().events().inNamespace(space.name()).list().getItems();
  }

  @Test
  void aNodeShowsWhatItDoes() {
    try (Space space = new Space("shows")) {
      space.kubelet().script(space.name(), "j-long", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "j-bad", End.always(new End.Exit(1)));
      space.kubelet().holdNodes(space.name());
      space.operator();
      space.pool("p", 1, 2);
      space.awaitTrue("its pod is there", () -> !space.nodePods().isEmpty());
      assertThat(shows(space, "p-node-1", "Starting", false)).isTrue();

      space.kubelet().readyNodes(space.name());

      space.awaitTrue("idle", () -> shows(space, "p-node-1", "Idle", true));
      space.job("j", "p", 0, "long", "good", "bad");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      // It was said before the first of them began.
      assertThat(shows(space, "p-node-1", "Running", false)).isTrue();

      Pool pool =
          space.awaitPool(
              "p", p -> Integer.valueOf(2).equals(status(p, "p-node-1").totalTasksRun()));
      NodeStatus shown = status(pool, "p-node-1");
      assertThat(shown.state()).isEqualTo("Running");
      assertThat(shown.totalTasksSucceeded()).isEqualTo(1);
      assertThat(shown.runningTasksCount()).isEqualTo(1);
      assertThat(shown.runningTaskSlotsCount()).isEqualTo(1);
      assertThat(shown.machine()).isEqualTo("machine-of-p-node-1");
      assertThat(shown.lastBootTime()).isNotNull();

      space.kubelet().finish(space.name(), "j-long", End.SUCCESS);
      space.awaitPool("p", p -> status(p, "p-node-1").state().equals("Idle"));
      // Between two tasks a node is not to spare.
      assertThat(shows(space, "p-node-1", "Running", false)).isTrue();
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

      Pool pool = space.awaitPool("p", p -> Space.reason(p).equals("NodeUnreachable"));
      assertThat(pool.getStatus().nodeCounts()).containsEntry("Unknown", 1);
      assertThat(status(pool, "p-node-1").errors().getFirst().code()).isEqualTo("NodeUnreachable");
      space.awaitTrue("its label says so", () -> shows(space, "p-node-1", "Unknown", true));
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

      space
          .kubelet()
          .says(
              node(space, "p-node-1"),
              PodStatuses.evicted("The node was low on resource: ephemeral-storage."));

      space.awaitPool("p", p -> Space.reason(p).equals("Steady") && p.getStatus().lastNode() == 2);
      space.awaitTrue(
          "it is told",
          () ->
              events(space).stream()
                  .anyMatch(e ->
                      e.getReason().equals("NodeLost")
                          && e.getNote().contains("ephemeral-storage")));
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

  @Test
  void aPoolWhosePodsMayNotBeLabelledWorksAndSaysSoOnce() {
    try (Space space = new Space("unlabelled")) {
      FixedStates.in(space);
      RunningOperator operator = space.operator();
      space.pool("p", 1, 1);

      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.job("j", "p", 0, "a", "b", "c");
      space.awaitCompleted("j");

      assertThat(space.kubelet().ran(space.name())).hasSize(3);
      assertThat(node(space, "p-node-1").getMetadata().getLabels())
          .containsEntry(Names.STATE, "Starting");
      // It was to show Idle, and Running each time that a task began.
      assertThat(operator.tap().writes())
          .filteredOn(w -> w.toString().equals("PATCH pods/p-node-1"))
          .hasSize(2);
      List<Event> said =
          events(space).stream().filter(e -> e.getReason().equals("NodeNotLabelled")).toList();
      assertThat(said)
          .singleElement()
          .satisfies(e -> {
            assertThat(e.getType()).isEqualTo("Warning");
            assertThat(e.getRegarding().getKind()).isEqualTo("Pool");
            assertThat(e.getRegarding().getName()).isEqualTo("p");
            assertThat(e.getNote()).contains("p-node-1", FixedStates.WORDS);
          });
    }
  }
}
