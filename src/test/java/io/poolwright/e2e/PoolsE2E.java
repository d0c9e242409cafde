package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pools grow and shrink: by formula, under their load, and where the cluster says no. */
class PoolsE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("pools");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** From a backlog to the request for nodes. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static List<Pod> nodesOf(String pool) {
    return tenant.pods("node").stream()
        .filter(p -> p.getMetadata().getLabels().get("poolwright.io/pool").equals(pool))
        .toList();
  }

  private static PoolStatus status(String pool) {
    return tenant.pool(pool).statusOrNew();
  }

  @Test
  void aPoolFollowsItsBacklogUpAndDownToNothing() throws IOException {
    tenant.apply(Files.readString(Path.of("examples/autoscale/pool.yaml")));
    tenant.awaitPool("autoscale", "Steady", PATIENCE);
    assertThat(nodesOf("autoscale")).isEmpty();

    tenant.apply(Files.readString(Path.of("examples/autoscale/job.yaml")));
    tenant.await("nodes are asked for", AT_ONCE, () -> nodesOf("autoscale").size() == 2);

    tenant.completedJob("autoscale", PATIENCE);
    assertThat(tenant.history().job("autoscale").getLast()).isEqualTo("Completed Succeeded");
    tenant.await("no node is left", PATIENCE, () -> nodesOf("autoscale").isEmpty());
    for (int i = 1; i <= 4; i++) {
      assertThat(tenant.task("autoscale-t" + i).statusOrNew().attempts())
          .as("none was stopped to save a node")
          .isEqualTo(1);
    }
    assertThat(status("autoscale").autoScaleRun().results())
        .startsWith("$TargetDedicatedNodes=0;$NodeDeallocationOption=taskcompletion;slots=0");
  }

  @Test
  void aFormulaIsTriedOnALivePoolAndNobodyElseScalesIt() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: tried}
        spec:
          enableAutoScale: true
          autoScaleFormula: "$TargetDedicatedNodes = 0;"
          taskSlotsPerNode: 3
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
        """);
    tenant.await("sampled", PATIENCE, () -> status("tried").autoScaleSamples() != null);

    String answers =
        Program.run(
            "sh",
            "-c",
            "printf '%s\\n' '{\"formula\":\"$TargetDedicatedNodes = $TaskSlotsPerNode\"}' '{}' | "
                + "dev/cluster kubectl -n poolwright-system exec -i deploy/poolwright -- "
                + "/opt/poolwright/busybox sh /opt/poolwright/bin/poolwright.sh "
                + "autoscale evaluate --pool tried --namespace "
                + tenant.namespace());

    assertThat(answers.lines().filter(l -> l.startsWith("{")))
        .containsExactly(
            "{\"results\":\"$TargetDedicatedNodes=3;$NodeDeallocationOption=taskcompletion\","
                + "\"targets\":{\"dedicated\":3,\"lowPriority\":null},\"error\":null}",
            "{\"results\":\"$TargetDedicatedNodes=0;$NodeDeallocationOption=taskcompletion\","
                + "\"targets\":{\"dedicated\":0,\"lowPriority\":null},\"error\":null}");
    assertThatThrownBy(() ->
            Program.run(
                "dev/cluster",
                "kubectl",
                "-n",
                tenant.namespace(),
                "scale",
                "bpool/tried",
                "--replicas=2"))
        .hasMessageContaining("autoScaleFormula sets the size of this pool");
  }

  @Test
  void aResizeThatTakesTooLongIsGivenUpAndSaysWhy() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: late}
        spec:
          targetDedicatedNodes: 1
          resizeTimeout: 10s
          node: {size: {cpu: "1000", memory: 64Mi}, image: "busybox:1.36", directory: {kind: None}}
        """);

    tenant.awaitPool("late", "AllocationTimedout", PATIENCE);

    tenant.await("what had no machine is gone", PATIENCE, () -> nodesOf("late").isEmpty());
    tenant.await(
        "what was begun is ended",
        PATIENCE,
        () -> status("late").allocationState() == AllocationState.STEADY);
    assertThat(status("late").resizeErrors().getFirst().message())
        .contains("0 of 1 dedicated nodes", "Insufficient cpu");
    assertThat(tenant.history().pool("late"))
        .containsSubsequence("Resizing NoMachineLargeEnough", "Steady AllocationTimedout");
  }

  @Test
  void namedNodesGoAndAStoppedPoolStaysAsItIs() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: named}
        spec:
          targetDedicatedNodes: 2
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36", directory: {kind: None}}
        """);
    tenant.awaitPool("named", "Steady", PATIENCE);

    patch("named", "{\"spec\":{\"targetDedicatedNodes\":1,\"removeNodes\":[\"named-node-1\"]}}");
    tenant.await(
        "the one that was named is gone",
        PATIENCE,
        () ->
            nodesOf("named").stream()
                .map(p -> p.getMetadata().getName())
                .toList()
                .equals(List.of("named-node-2")));
    tenant.awaitPool("named", "Steady", PATIENCE);

    patch("named", "{\"spec\":{\"targetDedicatedNodes\":3,\"desiredAllocation\":\"Stop\"}}");
    tenant.awaitPool("named", "ResizeStopped", PATIENCE);
    assertThat(nodesOf("named")).hasSize(1);
    patch("named", "{\"spec\":{\"desiredAllocation\":\"Resize\"}}");
    tenant.await("it goes on", PATIENCE, () -> nodesOf("named").size() == 3);
  }

  private static void patch(String pool, String merge) {
    Program.run(
        "dev/cluster",
        "kubectl",
        "-n",
        tenant.namespace(),
        "patch",
        "bpool",
        pool,
        "--type=merge",
        "-p",
        merge);
  }

  /** Somebody of more importance needs the room: Kubernetes' own preemption. */
  @Test
  void aSpotNodeThatIsPreemptedLosesNoTask() {
    tenant
        .client()
        .resource(
            new PriorityClassBuilder()
                .withNewMetadata()
                .withName("e2e-spot")
                .endMetadata()
                .withValue(-100)
                .build())
        .serverSideApply();
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: spot}
        spec:
          targetLowPriorityNodes: 1
          spot: {priorityClassName: e2e-spot, nodeSelector: {kubernetes.io/os: linux}}
          node: {size: {cpu: 200m, memory: 64Mi}, image: "busybox:1.36", directory: {kind: None}}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: spot}
        spec:
          poolInfo: {poolId: spot}
          tasks: [{id: a, command: [sh, -c, 'echo $AZ_BATCH_NODE_IS_DEDICATED; sleep 15']}]
        """);
    tenant.awaitTask("spot-a", PATIENCE, s -> s.stateOrActive() == TaskState.RUNNING);
    tenant.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: stranger, labels: {poolwright.io/role: none}}
        spec:
          terminationGracePeriodSeconds: 0
          securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
          containers:
            - name: stranger
              image: busybox:1.36
              command: [sleep, "600"]
              resources: {requests: {cpu: %dm}}
              securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
            .formatted(freeMillicores() + 100));

    tenant.await(
        "the node is taken back",
        PATIENCE,
        () ->
            nodesOf("spot").stream()
                .noneMatch(p -> p.getMetadata().getName().equals("spot-node-1")));
    tenant.awaitTask("spot-a", PATIENCE, s -> s.stateOrActive() == TaskState.ACTIVE);
    tenant.client().pods().inNamespace(tenant.namespace()).withName("stranger").delete();

    tenant.completedJob("spot", PATIENCE);
    TaskStatus task = tenant.task("spot-a").statusOrNew();
    assertThat(task.attempts()).isEqualTo(2);
    assertThat(task.execution().retryCount()).as("no fault of the task's").isNull();
    Pool pool = tenant.pool("spot");
    assertThat(pool.statusOrNew().currentDedicatedNodes()).isZero();
    assertThat(pool.statusOrNew().currentLowPriorityNodes()).isEqualTo(1);
  }

  /** What the scheduler would still give on the one machine. */
  private static long freeMillicores() {
    // Fake ones may be there, too.
    Node machine = tenant.client().nodes().withoutLabel("type").list().getItems().getFirst();
    BigDecimal free = Quantity.getAmountInBytes(machine.getStatus().getAllocatable().get("cpu"));
    for (Pod pod : tenant.client().pods().inAnyNamespace().list().getItems()) {
      if (!List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase())) {
        free = free.subtract(requested(pod));
      }
    }
    return free.movePointRight(3).longValue();
  }

  private static BigDecimal requested(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(c -> c.getResources() == null ? null : c.getResources().getRequests())
        .filter(r -> r != null && r.containsKey("cpu"))
        .map(r -> Quantity.getAmountInBytes(r.get("cpu")))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
