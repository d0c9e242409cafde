package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.api.task.TaskStatus.SubtaskState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that have several nodes at once. */
class MultiInstanceE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("gangs");

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path directory;

  private static void apply(String file) throws IOException {
    tenant.apply(Files.readString(Path.of("examples/mpi", file)));
  }

  /** With Open MPI, whose image dev/mpi-image makes: it is large, and not everybody has it. */
  @Test
  void mpirunStartsAProgramOnAllNodesOfTheExample() throws Exception {
    assumeThat(Program.run("dev/cluster", "ctr", "images", "list", "-q"))
        .as("dev/mpi-image, dev/cluster load target/mpi.tar")
        .contains("docker.io/library/mpi:1");
    Store store = Store.of(Store.Kind.MINIO, "mpi-example");
    tenant.storage(store.secret());
    Path key = directory.resolve("id");
    Program.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    store.put("mpi/id", Files.readAllBytes(key));
    store.put("mpi/id.pub", Files.readAllBytes(directory.resolve("id.pub")));
    store.put("mpi/pi.c", Files.readAllBytes(Path.of("examples/mpi/pi.c")));
    apply("pool.yaml");
    apply("job.yaml");

    TaskStatus task = tenant.completed("mpi-pi", PATIENCE);

    assertThat(task.execution().result()).as("%s", task).isEqualTo(TaskResult.SUCCESS);
    List<String> lines = store.text("results/pi.txt").lines().sorted().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.getFirst()).isEqualTo("pi is 3.141592654");
    for (int rank = 0; rank < 3; rank++) {
      String host = rank == 0 ? "mpi-pi-1" : "mpi-pi-1-s" + rank;
      assertThat(lines.get(rank + 1)).isEqualTo("rank %d of 3 on %s".formatted(rank, host));
    }
    assertThat(task.subtasks()).extracting(Subtask::id).containsExactly(1, 2);
    assertThat(task.subtasks()).extracting(Subtask::state).containsOnly(SubtaskState.COMPLETED);
    assertThat(task.subtasks())
        .extracting(Subtask::nodeId)
        .doesNotContain(task.nodeInfo().nodeId())
        .doesNotHaveDuplicates();
    assertThat(tenant.history().task("mpi-pi"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
    tenant.completedJob("mpi", PATIENCE);
  }

  @Test
  void theVariablesAreThereAndACommandThatFailsOnOneNodeFailsTheTask() {
    tenant.unlinkStorage();
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: pair}
        spec:
          targetDedicatedNodes: 2
          enableInterNodeCommunication: true
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: pair}
        spec:
          poolInfo: {poolId: pair}
          onAllTasksComplete: NoAction
          constraints: {maxWallClockTime: 10m}
          tasks:
            - id: well
              multiInstanceSettings:
                numberOfInstances: 2
                coordinationCommandLine: >-
                  sh -ec 'echo "$AZ_BATCH_IS_CURRENT_NODE_MASTER" > who;
                  while true; do nc -l -p 9000 -e cat who; done &'
              command:
                - sh
                - -ec
                - |
                  first=${AZ_BATCH_HOST_LIST%%,*}
                  second=${AZ_BATCH_HOST_LIST##*,}
                  [ "$AZ_BATCH_NODE_LIST" = "$first;$second" ]
                  [ "$AZ_BATCH_MASTER_NODE" = "$first:6000" ]
                  [ "$CCP_NODES" = "2 $first 1 $second 1" ]
                  [ "$AZ_BATCH_TASK_SHARED_DIR" = "$AZ_BATCH_TASK_DIR" ]
                  [ "$(nc -w 5 "$first" 9000 </dev/null)" = true ]
                  [ "$(nc -w 5 "$second" 9000 </dev/null)" = false ]
            - id: badly
              command: [sh, -c, 'sleep 60']
              multiInstanceSettings:
                numberOfInstances: 2
                coordinationCommandLine: sh -c 'echo "on this node" >&2; [ "$AZ_BATCH_IS_CURRENT_NODE_MASTER" = true ]'
        """);

    TaskStatus well = tenant.completed("pair-well", PATIENCE);
    TaskStatus badly = tenant.completed("pair-badly", PATIENCE);

    assertThat(well.execution().result()).as("%s", well).isEqualTo(TaskResult.SUCCESS);
    assertThat(badly.execution().result()).isEqualTo(TaskResult.FAILURE);
    assertThat(badly.execution().failureInfo().message())
        .startsWith("Subtask 1 on node pair-node-")
        .contains("exit code 1");
    assertThat(badly.subtasks()).extracting(Subtask::exitCode).containsExactly(1);
    assertThat(tenant.history().task("pair-well"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
    assertThat(tenant.history().task("pair-badly"))
        .containsSubsequence(
            "Active WaitingForSlot",
            "Running Running",
            "Completed " + badly.execution().failureInfo().code());
  }
}
