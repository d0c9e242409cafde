package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who reaches the nodes and tasks of a pool: each other by name, and strangers unless told
 * otherwise.
 */
class NetworkE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("network");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String STRANGERS = "e2e-strangers";

  private static boolean hasService() {
    return tenant.client().services().inNamespace(tenant.namespace()).withName("pool-joined").get()
        != null;
  }

  @Test
  void aTaskReachesAnotherTaskAndAllNodesByName() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: joined}
        spec:
          targetDedicatedNodes: 2
          enableInterNodeCommunication: true
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
          startTask:
            waitForSuccess: false
            command:
              - sh
              - -c
              - |
                while true; do echo "node $AZ_BATCH_NODE_ID" | nc -l -p 9000; done
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: meet}
        spec:
          poolInfo: {poolId: joined}
          onAllTasksComplete: TerminateJob
          tasks:
            - id: server
              constraints: {maxWallClockTime: 3m}
              command: [sh, -c, 'echo "task $POOLWRIGHT_TASK_HOST" | nc -l -p 9000']
            - id: client
              constraints: {maxWallClockTime: 3m}
              command:
                - sh
                - -c
                - |
                  hears() {
                    until said=$(nc -w 5 "$1.$POOLWRIGHT_POOL_DOMAIN" 9000 </dev/null) && [ -n "$said" ]
                    do sleep 1; done
                    echo "$said"
                    [ "$said" = "$2" ] || exit 1
                  }
                  hears joined-node-1 "node joined-node-1"
                  hears joined-node-2 "node joined-node-2"
                  hears meet-server "task meet-server.$POOLWRIGHT_POOL_DOMAIN"
        """);

    tenant.completedJob("meet", PATIENCE);

    List<TaskStatus> ended =
        List.of(
            tenant.completed("meet-server", PATIENCE), tenant.completed("meet-client", PATIENCE));
    assertThat(ended).allMatch(t -> t.execution().result() == TaskResult.SUCCESS);
    assertThat(ended).extracting(t -> t.nodeInfo().nodeId()).doesNotHaveDuplicates();

    assertThat(hasService()).isTrue();
    tenant
        .client()
        .resources(Pool.class)
        .inNamespace(tenant.namespace())
        .withName("joined")
        .delete();
    tenant.await("its Service goes with the pool", PATIENCE, () -> !hasService());
  }

  /** The cluster enforces policies all the while, so that it is the chart's switch that matters. */
  @Test
  void strangersReachAPoolUnlessPoolsAreKeptApart() {
    assumeThat(Cluster.get().mayRemoveNamespaces()).as("the chart is ours").isTrue();
    stranger(STRANGERS);
    stranger(tenant.namespace());
    Program.run("dev/cluster", "policies", "on");
    try {
      tenant.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: walled}
          spec:
            targetDedicatedNodes: 2
            taskSlotsPerNode: 2
            enableInterNodeCommunication: true
            node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
            startTask:
              waitForSuccess: false
              command: [sh, -c, 'while true; do echo node | nc -l -p 9000; done']
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: walled}
          spec:
            poolInfo: {poolId: walled}
            onAllTasksComplete: NoAction
            tasks:
              - {id: server, command: [sh, -c, 'while true; do echo task | nc -l -p 9000; done']}
          """);
      hear("node", "task", "node");

      Cluster.isolatePools(true);
      hear("", "", "");
      tenant.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Task
          metadata: {name: friend}
          spec:
            jobId: walled
            constraints: {maxWallClockTime: 1m}
            command:
              - sh
              - -c
              - |
                for name in walled-node-1 walled-node-2 walled-server; do
                  until nc -w 5 "$name.$POOLWRIGHT_POOL_DOMAIN" 9000 </dev/null | grep .; do sleep 1; done
                done
          """);
      assertThat(tenant.completed("friend", PATIENCE).execution().result())
          .isEqualTo(TaskResult.SUCCESS);
      hear("", "", "");

      Cluster.isolatePools(false);
      hear("node", "task", "node");
    } finally {
      strangerGoes(tenant.namespace());
      tenant.client().namespaces().withName(STRANGERS).delete();
      Program.run("dev/cluster", "policies", "off");
      Cluster.isolatePools(false);
    }
  }

  /** A pod that belongs to no pool. */
  private static void stranger(String namespace) {
    if (tenant.client().namespaces().withName(namespace).get() == null) {
      tenant
          .client()
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    tenant
        .client()
        .pods()
        .inNamespace(namespace)
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: stranger}
                spec:
                  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: a
                      image: busybox:1.36
                      command: [sleep, "600"]
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
    tenant
        .client()
        .pods()
        .inNamespace(namespace)
        .withName("stranger")
        .waitUntilReady(1, TimeUnit.MINUTES);
  }

  private static void strangerGoes(String namespace) {
    tenant.client().pods().inNamespace(namespace).withName("stranger").delete();
  }

  /**
   * What is heard of a node and of a task from another namespace, and of the node from a pod of the
   * same namespace.
   */
  private static void hear(String node, String task, String sameNamespace) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptionsMatching(e -> e instanceof NoSuchElementException)
        .untilAsserted(() -> {
          assertThat(heard(STRANGERS, address("node"))).isEqualTo(node);
          assertThat(heard(STRANGERS, address("task"))).isEqualTo(task);
          assertThat(heard(tenant.namespace(), address("node"))).isEqualTo(sameNamespace);
        });
  }

  /** By its address: names are no secret. */
  private static String address(String role) {
    return tenant.pods(role).stream()
        .filter(p -> "walled".equals(p.getMetadata().getLabels().get("poolwright.io/pool")))
        .filter(p -> "Running".equals(p.getStatus().getPhase()))
        .findFirst()
        .orElseThrow()
        .getStatus()
        .getPodIP();
  }

  private static String heard(String namespace, String address) {
    return Program.run(
            "dev/cluster",
            "kubectl",
            "-n",
            namespace,
            "exec",
            "stranger",
            "--",
            "sh",
            "-c",
            "nc -w 2 " + address + " 9000 </dev/null 2>/dev/null || true")
        .strip();
  }
}
