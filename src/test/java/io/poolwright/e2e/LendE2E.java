package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.task.TaskState;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Room that changes hands while pods run, by a real kubelet. */
class LendE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("lend");

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void aNodeLendsItsRoomToItsTasksAndTakesItBack() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: lends}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 2
          reservation: Lend
          node: {size: {cpu: 200m, memory: 128Mi}, image: "busybox:1.36", directory: {kind: None}}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: lends}
        spec:
          poolInfo: {poolId: lends}
          tasks: [{id: a, command: [sleep, "15"]}, {id: b, command: [sleep, "30"]}]
        """);
    tenant.awaitTask("lends-a", PATIENCE, s -> s.stateOrActive() == TaskState.RUNNING);

    tenant.await(
        "both tasks have their shares",
        PATIENCE,
        () ->
            isRequested("lends-a-1", "100m", "64Mi")
                && isRequested("lends-b-1", "100m", "64Mi")
                && isRequested("lends-node-1", "1m", "1Mi"));
    tenant.await("one share is back", PATIENCE, () -> isRequested("lends-node-1", "100m", "64Mi"));
    tenant.completedJob("lends", PATIENCE);
    tenant.await("all is back", PATIENCE, () -> isRequested("lends-node-1", "200m", "128Mi"));

    assertThat(tenant.history().job("lends").getLast()).isEqualTo("Completed Succeeded");
    assertThat(tenant.history().pool("lends")).doesNotContain("Steady LendRefused");
    Pod node = pod("lends-node-1");
    assertThat(node.getStatus().getContainerStatuses().getFirst().getRestartCount())
        .as("in place")
        .isZero();
  }

  private static Pod pod(String name) {
    return tenant.client().pods().inNamespace(tenant.namespace()).withName(name).get();
  }

  /** In the spec, and by the kubelet, which has the cgroup so. */
  private static boolean isRequested(String name, String cpu, String memory) {
    Pod pod = pod(name);
    if (pod == null || pod.getStatus().getContainerStatuses().isEmpty()) {
      return false;
    }
    String container = name.contains("-node-") ? "node" : "task";
    Map<String, Quantity> wanted = Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory));
    return pod.getStatus().getContainerStatuses().stream()
        .filter(c -> c.getName().equals(container) && c.getResources() != null)
        .anyMatch(c ->
            wanted.entrySet().stream()
                .allMatch(w ->
                    amount(c.getResources().getRequests().get(w.getKey()))
                        == amount(w.getValue())));
  }

  private static double amount(Quantity quantity) {
    return quantity == null ? -1 : quantity.getNumericalAmount().doubleValue();
  }
}
