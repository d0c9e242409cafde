package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user asks of one node, by annotation. */
class NodeVerbsIT {

  private static Pod node(Space space) {
    return space.nodePods().getFirst();
  }

  private static boolean isAnother(Space space, Pod before) {
    return space.nodePods().stream()
        .anyMatch(p ->
            p.getMetadata().getName().equals(before.getMetadata().getName())
                && !p.getMetadata().getUid().equals(before.getMetadata().getUid()));
  }

  @Test
  void aDisabledNodeTakesNoTaskUntilItIsEnabled() {
    try (Space space = new Space("disabled")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.ask(node(space), "DisableScheduling");
      space.awaitPool("p", p -> p.getStatus().nodeCounts().containsKey("Offline"));
      assertThat(space.pool("p").getStatus().allocationState()).isEqualTo(AllocationState.STEADY);

      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("WaitingForSlot"));
      assertThat(space.kubelet().ran(space.name())).isEmpty();

      space.ask(node(space), "EnableScheduling");
      space.awaitCompleted("j");
    }
  }

  @Test
  void aBusyNodeThatIsDisabledGivesItsTaskBack() {
    try (Space space = new Space("disabledbusy")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.ask(node(space), "DisableScheduling:Requeue");
      space.awaitTask("j-a", t -> t.statusOrNew().stateOrActive() == TaskState.ACTIVE);
      space.awaitPool("p", p -> p.getStatus().nodeCounts().containsKey("Offline"));
      space.ask(node(space), "EnableScheduling");

      space.awaitCompleted("j");
      assertThat(space.task("j-a").getStatus().attempts()).isEqualTo(2);
      assertThat(space.task("j-a").getStatus().execution().retries()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Reboot", "Reimage"})
  void aNodeIsMadeAnewUnderItsName(String verb) {
    try (Space space = new Space("anew-" + verb.toLowerCase(java.util.Locale.ROOT))) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      Pod before = node(space);
      space.makeClaim(before);

      space.ask(before, verb);
      if (verb.equals("Reimage")) {
        // No other pod may have a claim of this name before the garbage collector took the old one.
        space.awaitTrue("it is gone", () -> space.nodePods().isEmpty());
        space.awaitPool("p", p -> p.getStatus().nodeCounts().equals(Map.of("Reimaging", 1)));
        assertThat(space.nodePods()).isEmpty();
        space.collectClaim("p-node-1-node");
      }
      space.awaitTrue("another of its name", () -> isAnother(space, before));
      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().restarting().isEmpty());

      String volume = node(space).getSpec().getVolumes().toString();
      if (verb.equals("Reboot")) {
        assertThat(volume).contains("claimName=p-node-1-node");
        space.awaitTrue(
            "the claim is the new one's",
            () ->
                space
                    .claim("p-node-1-node")
                    .getMetadata()
                    .getOwnerReferences()
                    .getFirst()
                    .getUid()
                    .equals(node(space).getMetadata().getUid()));
      } else {
        assertThat(volume).doesNotContain("claimName=p-node-1-node");
      }
      space.job("j", "p", 0, "a");
      space.awaitCompleted("j");
    }
  }

  @Test
  void aRebootThatWaitsForItsTask() {
    try (Space space = new Space("rebootwaits")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      Pod before = node(space);

      space.ask(before, "Reboot:TaskCompletion");
      space.awaitPool("p", p -> Space.reason(p).equals("Resizing"));
      assertThat(node(space).getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);

      space.awaitCompleted("j");
      space.awaitTrue("another of its name", () -> isAnother(space, before));
      assertThat(space.task("j-a").getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
      assertThat(space.kubelet().ran(space.name())).hasSize(1);
    }
  }

  @Test
  void whatIsNotKnownIsSaid() {
    try (Space space = new Space("notknown")) {
      space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.ask(node(space), "Restart");

      Pool told =
          space.awaitPool(
              "p",
              p ->
                  p.getStatus().nodes().stream()
                      .flatMap(n -> n.errors().stream())
                      .anyMatch(e -> e.code().equals("InvalidRequest")));
      assertThat(Space.ready(told.getStatus().conditions()))
          .satisfies(ready -> {
            assertThat(ready.reason()).isEqualTo("Steady");
            assertThat(ready.message()).contains("p-node-1", "Restart", "write Reboot or Reimage");
          });
    }
  }

  /** Whoever deletes the pod of a node that is to be rebooted may take its claim along. */
  @Test
  void aRebootWhoseDirectoryIsLostBeginsWithAnother() {
    try (Space space = new Space("rebootlost")) {
      RunningOperator first = space.operator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      Pod before = node(space);
      first.kill();
      // What an operator has said before it was stopped; then somebody else deletes the pod.
      space
          .user()
          .resource(space.pool("p"))
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"status\":{\"restarting\":[{\"node\":1,\"action\":\"Reboot\",\"spot\":false,\"uid\":\""
                  + before.getMetadata().getUid()
                  + "\"}]}}");
      space.user().resource(before).withGracePeriod(0).delete();
      space.operator();

      space.awaitTrue("another of its name", () -> isAnother(space, before));
      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().restarting().isEmpty());
      assertThat(node(space).getSpec().getVolumes().toString())
          .doesNotContain("claimName=p-node-1-node");
    }
  }
}
