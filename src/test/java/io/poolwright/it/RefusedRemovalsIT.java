package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.pool.Pool;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Node pods that a policy of the cluster does not let go. */
class RefusedRemovalsIT {
  private static final String WORDS = "this node stays";

  /**
   * @param operation that is looked at
   * @param allowed what has to be so in CEL
   */
  private static void refuse(Space space, String operation, String allowed) {
    Policy.deny(
        space,
        """
        matchConstraints:
          resourceRules:
            - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [%s]}
        validations:
          - {expression: "%s", message: %s}
        """
            .formatted(operation, allowed, WORDS));
  }

  private static boolean isDenied(Runnable dryRun) {
    try {
      dryRun.run();
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains(WORDS);
    }
  }

  private static Set<String> nodes(Space space) {
    return space.nodePods().stream()
        .map(p -> p.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  @Test
  void aNodeThatMayNotBeDeletedKeepsNoOther() {
    try (Space space = new Space("refused-removal")) {
      space.operator();
      space.pool("p", 3, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      refuse(space, "DELETE", "oldObject.metadata.name != 'p-node-1'");
      var first = space.user().pods().inNamespace(space.name()).withName("p-node-1");
      space.awaitTrue("the policy is in force", () -> isDenied(() -> first.dryRun().delete()));

      space.merge(Pool.class, "p", "{\"spec\":{\"removeNodes\":[\"p-node-1\",\"p-node-2\"]}}");

      Pool says = space.awaitPool("p", p -> Space.reason(p).equals("RemoveNodesFailed"));
      assertThat(Space.ready(says.getStatus().conditions()).message()).contains("p-node-1", WORDS);
      assertThat(says.getStatus().resizeErrors())
          .allMatch(e -> e.code().equals("RemoveNodesFailed") && e.message().contains(WORDS))
          .isNotEmpty();
      space.awaitTrue(
          "the other is gone, and two have come",
          () -> nodes(space).equals(Set.of("p-node-1", "p-node-3", "p-node-4", "p-node-5")));
      space.job("j", "p", 0, "a", "b", "c", "d");
      space.awaitCompleted("j");
      for (String task : List.of("a", "b", "c", "d")) {
        assertThat(space.task("j-" + task).getStatus().nodeInfo().nodeId())
            .isNotEqualTo("p-node-1");
      }

      Policy.allow(space);

      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().resizeErrors().isEmpty());
      assertThat(nodes(space)).containsExactlyInAnyOrder("p-node-3", "p-node-4", "p-node-5");
    }
  }

  @Test
  void aNodeThatMayNotBeMarkedKeepsNoOther() {
    try (Space space = new Space("refused-mark")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "j-b", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      space.job("j", "p", 0, "a", "b");
      space.awaitTrue("both run", () -> space.kubelet().ran(space.name()).size() == 2);
      String leaving = "'poolwright.io/leaving'";
      refuse(
          space,
          "UPDATE",
          "object.metadata.name != 'p-node-1' || !has(object.metadata.annotations) || !(%s in object.metadata.annotations)"
              .formatted(leaving));
      var first = space.user().pods().inNamespace(space.name()).withName("p-node-1");
      space.awaitTrue(
          "the policy is in force",
          () -> isDenied(() -> first.dryRun().edit(RefusedRemovalsIT::marked)));

      space.merge(
          Pool.class,
          "p",
          "{\"spec\":{\"nodeDeallocationOption\":\"Requeue\",\"targetDedicatedNodes\":0}}");

      space.awaitTrue("the other is gone", () -> nodes(space).equals(Set.of("p-node-1")));
      space.awaitPool("p", p -> Space.reason(p).equals("RemoveNodesFailed"));

      Policy.allow(space);

      space.awaitTrue("it is gone, too", () -> nodes(space).isEmpty());
    }
  }

  private static Pod marked(Pod pod) {
    pod.getMetadata().getAnnotations().put("poolwright.io/leaving", "REQUEUE");
    return pod;
  }
}
