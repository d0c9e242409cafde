package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Jobs that are disabled, in each of the three ways, and enabled; a task that runs once more, one
 * that gives way, and one that ends its job.
 */
class JobStatesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("states");

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  @BeforeAll
  static void start() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: states}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 4
          node:
            size: {cpu: 200m, memory: 128Mi}
            image: busybox:1.36
        """);
  }

  /**
   * Two tasks, of which one does not get a node while the other has one. The first to begin goes on
   * for long, whichever it is, and what begins after it ends at once.
   */
  private static void job(String name, String how) {
    String mark = "$AZ_BATCH_NODE_SHARED_DIR/" + name;
    String length = how.equals("Wait") ? "15" : "600";
    String once =
        "[ -e %1$s ] && exit 0; touch %1$s; echo begun; exec sleep %2$s".formatted(mark, length);
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %1$s}
        spec:
          poolInfo: {poolId: states}
          maxParallelTasks: 1
          disableTasks: %2$s
          tasks:
            - {id: a, command: [sh, -c, '%3$s']}
            - {id: b, command: [sh, -c, '%3$s']}
        """
            .formatted(name, how, once));
  }

  private static void desire(String job, String state) {
    tenant
        .client()
        .resources(Job.class)
        .inNamespace(tenant.namespace())
        .withName(job)
        .patch(MERGE, "{\"spec\":{\"desiredState\":\"" + state + "\"}}");
  }

  private static void awaitDisabled(String job) {
    tenant.await(
        "Job " + job + " is disabled",
        PATIENCE,
        () -> tenant.job(job).stateOrActive() == JobState.DISABLED);
  }

  /** The name of the task that has begun, which is either: both become known in one moment. */
  private static String awaitFirst(String job) {
    List<String> both = List.of(job + "-a", job + "-b");
    tenant.await(
        "a task of " + job + " runs",
        PATIENCE,
        () -> both.stream().anyMatch(JobStatesE2E::isRunning));
    String first = both.stream().filter(JobStatesE2E::isRunning).findFirst().orElseThrow();
    awaitBegun(first);
    return first;
  }

  private static void awaitBegun(String task) {
    tenant.await(
        "the command of " + task + " has begun",
        PATIENCE,
        () ->
            tenant
                .client()
                .pods()
                .inNamespace(tenant.namespace())
                .withName(task + "-1")
                .inContainer("task")
                .getLog()
                .contains("begun"));
  }

  private static boolean isRunning(String task) {
    return tenant.task(task).statusOrNew().stateOrActive() == TaskState.RUNNING;
  }

  private static String other(String task) {
    return task.endsWith("-a") ? task.replaceFirst("a$", "b") : task.replaceFirst("b$", "a");
  }

  @Test
  void whatRunsIsGivenBackAndRunsAgain() {
    job("requeued", "Requeue");
    String first = awaitFirst("requeued");
    String second = other(first);

    desire("requeued", "Disabled");
    awaitDisabled("requeued");
    tenant.awaitTask(first, PATIENCE, s -> Tenant.says(s.conditions(), "JobDisabled"));
    tenant.awaitTask(second, PATIENCE, s -> Tenant.says(s.conditions(), "JobDisabled"));
    assertThat(tenant.task(second).statusOrNew().attempts()).isZero();
    desire("requeued", "Active");

    Job job = tenant.completedJob("requeued", PATIENCE);
    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(2);
    assertThat(tenant.task(first).statusOrNew().attempts()).isEqualTo(2);
    assertThat(tenant.task(first).statusOrNew().execution().retries()).isZero();
    assertThat(tenant.history().job("requeued"))
        .containsSubsequence(
            "Active Active", "Disabled Disabled", "Active Active", "Completed Succeeded");
    assertThat(tenant.history().task(first))
        .containsSubsequence(
            "Running Running", "Active JobDisabled", "Running Running", "Completed Succeeded");
  }

  @Test
  void whatRunsIsStoppedForGood() {
    job("stopped", "Terminate");
    String first = awaitFirst("stopped");
    String second = other(first);

    desire("stopped", "Disabled");
    awaitDisabled("stopped");

    TaskStatus status = tenant.completed(first, PATIENCE);
    FailureInfo failure = status.execution().failureInfo();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo("TaskEnded");
    tenant.awaitTask(second, PATIENCE, s -> Tenant.says(s.conditions(), "JobDisabled"));
    desire("stopped", "Active");

    Job job = tenant.completedJob("stopped", PATIENCE);
    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(1);
    assertThat(job.statusOrNew().taskCounts().failed()).isEqualTo(1);
    assertThat(tenant.history().job("stopped"))
        .containsSubsequence(
            "Active Active", "Disabled Disabled", "Active Active", "Completed TasksFailed");
    assertThat(tenant.history().task(first)).endsWith("Completed TaskEnded");
  }

  @Test
  void whatRunsMayEnd() {
    job("waits", "Wait");
    String first = awaitFirst("waits");
    String second = other(first);

    desire("waits", "Disabled");
    awaitDisabled("waits");

    TaskStatus status = tenant.completed(first, PATIENCE);
    assertThat(status.attempts()).isEqualTo(1);
    assertThat(tenant.history().task(first)).endsWith("Completed Succeeded");
    assertThat(tenant.task(second).statusOrNew().attempts()).isZero();
    desire("waits", "Active");

    tenant.completedJob("waits", PATIENCE);
    assertThat(tenant.history().job("waits"))
        .containsSubsequence(
            "Active Active",
            "Disabling Disabling",
            "Disabled Disabled",
            "Active Active",
            "Completed Succeeded");
  }

  @Test
  void aFailedTaskRunsOnceMore() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: more}
        spec:
          poolInfo: {poolId: states}
          onAllTasksComplete: NoAction
          tasks:
            - id: a
              command:
                - sh
                - -c
                - 'm=$AZ_BATCH_NODE_SHARED_DIR/more; [ -e $m ] && exit 0; touch $m; exit 3'
        """);
    TaskStatus failed = tenant.completed("more-a", PATIENCE);
    assertThat(failed.execution().exitCode()).isEqualTo(3);

    tenant
        .client()
        .resources(Task.class)
        .inNamespace(tenant.namespace())
        .withName("more-a")
        .patch(MERGE, "{\"metadata\":{\"annotations\":{\"poolwright.io/reactivate\":\"once\"}}}");
    tenant.awaitTask(
        "more-a", PATIENCE, s -> s.attempts() == 2 && s.stateOrActive() == TaskState.COMPLETED);

    TaskStatus again = tenant.completed("more-a", PATIENCE);
    assertThat(again.execution().exitCode()).isZero();
    assertThat(tenant.history().task("more-a"))
        .containsSubsequence("Running Running", "Completed FailureExitCode", "Running Running")
        .endsWith("Completed Succeeded");
    desire("more", "Terminated");
    Job job = tenant.completedJob("more", PATIENCE);
    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(1);
    assertThat(job.statusOrNew().taskCounts().failed()).isZero();
  }

  @Test
  void whatRunsGivesWayToAHigherPriorityAndRunsAgain() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: low}
        spec:
          poolInfo: {poolId: states}
          allowTaskPreemption: true
          tasks:
            - id: a
              requiredSlots: 4
              command:
                - sh
                - -c
                - 'm=$AZ_BATCH_NODE_SHARED_DIR/low; [ -e $m ] && exit 0; touch $m; echo begun; exec sleep 600'
        """);
    awaitBegun("low-a");
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: high}
        spec:
          poolInfo: {poolId: states}
          priority: 5
          tasks: [{id: x, command: ["true"]}]
        """);

    tenant.completedJob("high", PATIENCE);
    Job low = tenant.completedJob("low", PATIENCE);

    assertThat(low.statusOrNew().taskCounts().succeeded()).isEqualTo(1);
    TaskStatus again = tenant.completed("low-a", PATIENCE);
    assertThat(again.attempts()).isEqualTo(2);
    assertThat(again.execution().retries()).isZero();
    assertThat(tenant.history().task("low-a"))
        .containsSubsequence(
            "Running Running", "Active Preempted", "Running Running", "Completed Succeeded");
    tenant.completed("high-x", PATIENCE);
    assertThat(tenant.history().task("high-x"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
  }

  @Test
  void aTaskThatFailsEndsItsJobWhereItsExitConditionsSaySo() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: ended}
        spec:
          poolInfo: {poolId: states}
          onTaskFailure: PerformExitOptionsJobAction
          tasks:
            - id: long
              command: [sh, -c, 'touch "$AZ_BATCH_NODE_SHARED_DIR/ended"; exec sleep 600']
            - id: fails
              command: [sh, -c, 'until [ -e "$AZ_BATCH_NODE_SHARED_DIR/ended" ]; do sleep 1; done; exit 9']
              exitConditions:
                exitCodes: [{code: 9, exitOptions: {jobAction: Terminate}}]
                default: {jobAction: None}
        """);

    Job job = tenant.completedJob("ended", PATIENCE);

    assertThat(job.statusOrNew().executionInfo().terminateReason()).isEqualTo("TaskFailed");
    FailureInfo stopped = tenant.completed("ended-long", PATIENCE).execution().failureInfo();
    assertThat(stopped).isNotNull();
    assertThat(stopped.code()).isEqualTo("TaskEnded");
    assertThat(tenant.completed("ended-fails", PATIENCE).execution().exitCode()).isEqualTo(9);
    assertThat(tenant.history().job("ended"))
        .containsSubsequence("Active Active", "Terminating Terminating", "Completed TaskFailed");
    assertThat(tenant.history().task("ended-fails"))
        .containsSubsequence("Running Running", "Completed FailureExitCode");
  }
}
