package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes and tasks of one pool reach each other by name. */
class NetworkE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("network");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

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
}
