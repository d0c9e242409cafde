package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody takes a machine out of service, and gives it back. */
class DrainE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("drain");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static String machine() {
    return tenant
        .client()
        .nodes()
        .withoutLabel("type")
        .list()
        .getItems()
        .getFirst()
        .getMetadata()
        .getName();
  }

  @AfterEach
  void giveBack() {
    Program.run("dev/cluster", "kubectl", "uncordon", machine());
  }

  @Test
  void aDrainedMachineGivesItsTasksBack() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: drained}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: drained}
        spec:
          poolInfo: {poolId: drained}
          tasks: [{id: a, command: [sleep, "20"]}]
        """);
    tenant.awaitTask("drained-a", PATIENCE, s -> s.stateOrActive() == TaskState.RUNNING);

    Program.run(
        "dev/cluster",
        "kubectl",
        "drain",
        machine(),
        "--pod-selector=poolwright.io/pool=drained",
        "--ignore-daemonsets",
        "--delete-emptydir-data",
        "--force",
        "--timeout=2m");

    tenant.awaitTask("drained-a", PATIENCE, s -> s.stateOrActive() == TaskState.ACTIVE);
    tenant.awaitPool("drained", "NodesUnschedulable", PATIENCE);
    giveBack();

    tenant.completedJob("drained", PATIENCE);
    TaskStatus task = tenant.task("drained-a").statusOrNew();
    assertThat(task.attempts()).isEqualTo(2);
    assertThat(task.execution().retryCount()).as("no fault of the task's").isNull();
    assertThat(tenant.history().job("drained").getLast()).isEqualTo("Completed Succeeded");
    tenant.awaitPool("drained", "Steady", PATIENCE);
  }
}
