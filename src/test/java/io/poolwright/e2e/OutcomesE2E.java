package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands end in every way that commands end, all in one job; each task says how. */
class OutcomesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("outcomes");

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static Store store;

  @BeforeAll
  static void start() {
    store = Store.of(Store.Kind.MINIO, "outcomes");
    tenant.storage(store.secret());
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: mixed}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 4
          node:
            size: {cpu: 200m, memory: 128Mi}
            image: busybox:1.36
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: small-disk}
        spec:
          targetDedicatedNodes: 1
          node:
            size: {cpu: 50m, memory: 64Mi, ephemeral-storage: 20Mi}
            image: busybox:1.36
            directory: {kind: None}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: full}
        spec:
          poolInfo: {poolId: small-disk}
          logUpload: Never
          tasks:
            - id: disk
              command: [sh, -c, 'dd if=/dev/zero of=big bs=1M count=60; echo written; exec sleep 300']
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: ends}
        spec:
          poolInfo: {poolId: mixed}
          tasks:
            - id: pull
              containerSettings: {imageName: "registry.invalid/none:1"}
              command: [never]
            - id: slow
              command: [sh, -c, 'echo begun; exec sleep 600']
              constraints: {maxWallClockTime: 3s}
            - id: third
              command:
                - sh
                - -c
                - |
                  count=$(($(cat "$AZ_BATCH_NODE_SHARED_DIR/third" 2>/dev/null || echo 0) + 1))
                  echo $count >"$AZ_BATCH_NODE_SHARED_DIR/third"
                  echo "attempt $count"
                  [ $count -ge 3 ]
              constraints: {maxTaskRetryCount: 3}
            - id: never
              command: [sh, -c, 'echo "no luck" >&2; exit 7']
              constraints: {maxTaskRetryCount: 1}
            - id: prints
              commandLine: sh -c "echo \\"to $GREETED\\"; echo 'to stderr' >&2"
              environmentSettings:
                - {name: GREETED, value: $(HOME) stays}
            - id: hungry
              command: [sh, -c, 'echo eats; x=0123456789; while :; do x=$x$x; done']
            - id: unknown
              command: [no-such-program, --help]
            - id: directory
              command: [/tmp]
        """);
  }

  private static TaskStatus failed(String task, String code) {
    TaskStatus status = tenant.completed(task, PATIENCE);
    assertThat(status.execution().result()).isEqualTo(TaskResult.FAILURE);
    FailureInfo failure = status.execution().failureInfo();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.category()).isEqualTo("UserError");
    assertThat(tenant.history().task(task).getLast())
        .as("the reason is the code")
        .isEqualTo("Completed " + code);
    return status;
  }

  @Test
  void aCommandThatFailsTwiceSucceedsTheThirdTime() throws Exception {
    TaskStatus status = tenant.completed("ends-third", PATIENCE);

    assertThat(status.execution().result()).isEqualTo(TaskResult.SUCCESS);
    assertThat(status.execution().exitCode()).isZero();
    assertThat(status.execution().retryCount()).isEqualTo(2);
    assertThat(status.attempts()).isEqualTo(3);
    assertThat(status.execution().failureInfo()).isNull();
    assertThat(tenant.history().task("ends-third"))
        .containsSubsequence(
            "Active WaitingForSlot",
            "Running Running",
            "Active Retrying",
            "Running Running",
            "Active Retrying",
            "Running Running",
            "Completed Succeeded");
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(store.text("poolwright/ends/third/" + attempt + "/stdout.txt"))
          .isEqualTo("attempt " + attempt + "\n");
    }
  }

  @Test
  void aCommandThatNeverSucceedsShowsItsExitCodeAndTheEndOfItsStderr() {
    TaskStatus status = failed("ends-never", "FailureExitCode");

    assertThat(status.execution().exitCode()).isEqualTo(7);
    assertThat(status.execution().retryCount()).isEqualTo(1);
    assertThat(status.execution().failureInfo().details())
        .contains(new FailureInfo.Detail("stderr", "no luck\n"));
    assertThat(tenant.history().task("ends-never"))
        .containsSubsequence(
            "Running Running", "Active Retrying", "Running Running", "Completed FailureExitCode");
  }

  @Test
  void whatIsPrintedIsStoredAndNothingInItWasExpanded() throws Exception {
    tenant.completed("ends-prints", PATIENCE);

    assertThat(store.text("poolwright/ends/prints/1/stdout.txt")).isEqualTo("to $(HOME) stays\n");
    assertThat(store.text("poolwright/ends/prints/1/stderr.txt")).isEqualTo("to stderr\n");
    assertThat(tenant.history().task("ends-prints"))
        .containsExactly("Active WaitingForSlot", "Running Running", "Completed Succeeded");
  }

  @Test
  void aCommandIsEndedWhenItsTimeIsOver() throws Exception {
    TaskStatus status = failed("ends-slow", "MaxWallClockTimeExpiry");

    assertThat(status.execution().exitCode()).isEqualTo(124);
    assertThat(status.execution().failureInfo().message()).contains("3 s");
    assertThat(store.text("poolwright/ends/slow/1/stdout.txt")).isEqualTo("begun\n");
  }

  @Test
  void aCommandThatUsesMoreThanItsShareIsToldSo() throws Exception {
    TaskStatus status = failed("ends-hungry", "OOMKilled");

    assertThat(status.execution().exitCode()).isEqualTo(137);
    assertThat(status.execution().failureInfo().message()).contains("memory");
    assertThat(store.text("poolwright/ends/hungry/1/stdout.txt")).isEqualTo("eats\n");
  }

  @Test
  void aProgramThatTheImageDoesNotHaveIsNamed() {
    assertThat(failed("ends-unknown", "CommandProgramNotFound").execution().failureInfo().message())
        .contains("\"no-such-program\"")
        .contains("PATH");
    assertThat(failed("ends-directory", "CommandLaunchFailed").execution().failureInfo().message())
        .contains("\"/tmp\"", "directory");
  }

  @Test
  void anImageThatCannotBePulledIsSaidAtOnceAndFailsInTime() {
    tenant.awaitTask(
        "ends-pull",
        PATIENCE,
        s -> Tenant.message(s.conditions()).contains("registry.invalid/none:1"));

    assertThat(failed("ends-pull", "ContainerInvalidImage").execution().failureInfo().message())
        .contains("registry.invalid/none:1");
    assertThat(tenant.history().task("ends-pull"))
        .containsSubsequence(
            "Running Running", "Running Starting", "Completed ContainerInvalidImage");
  }

  @Test
  void aTaskThatFillsItsDiskIsToldSo() {
    TaskStatus status = failed("full-disk", "DiskFull");

    assertThat(status.execution().failureInfo().message()).contains("ephemeral");
    tenant.awaitPool("small-disk", "Steady", PATIENCE);
  }

  @Test
  void aTaskHasTheMemoryAndTheDevicesThatItAsksForOrIsToldWhatTheMachineLacks() throws Exception {
    try {
      machinesHave("1");
      tenant.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: devices}
          spec:
            targetDedicatedNodes: 1
            taskSlotsPerNode: 2
            node:
              size: {cpu: 100m, memory: 64Mi}
              image: busybox:1.36
              directory: {kind: None}
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: devices}
          spec:
            poolInfo: {poolId: devices}
            tasks:
              - id: has
                # The two versions of cgroups.
                command: [sh, -c, 'cd /sys/fs/cgroup; cat memory.max || cat memory/memory.limit_in_bytes']
                resources: {example.com/dongle: 1, memory: 48Mi}
              - id: lacks
                command: ["true"]
                resources: {example.com/dongle: 2}
          """);

      assertThat(tenant.completed("devices-has", PATIENCE).execution().result())
          .isEqualTo(TaskResult.SUCCESS);
      assertThat(store.text("poolwright/devices/has/1/stdout.txt"))
          .as("more than the 32Mi of its slot")
          .isEqualTo("50331648\n");
      tenant.awaitTask(
          "devices-lacks",
          PATIENCE,
          s ->
              Tenant.says(s.conditions(), "Starting")
                  && Tenant.message(s.conditions()).contains("spec.resources.example.com/dongle: ")
                  && Tenant.message(s.conditions()).contains("Insufficient example.com/dongle"));

      machinesHave("2");
      assertThat(tenant.completed("devices-lacks", PATIENCE).execution().result())
          .isEqualTo(TaskResult.SUCCESS);
    } finally {
      machinesHave(null);
    }
  }

  /** As one makes known a device that has no plugin. */
  private static void machinesHave(@Nullable String dongles) {
    String amount = dongles == null ? "null" : "\"" + dongles + "\"";
    String some = "{\"example.com/dongle\":" + amount + "}";
    String patch = "{\"status\":{\"capacity\":" + some + ",\"allocatable\":" + some + "}}";
    for (Node machine : tenant.client().nodes().list().getItems()) {
      tenant
          .client()
          .nodes()
          .resource(machine)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
  }

  @Test
  void theJobEndsAndCountsThemAll() {
    assertThat(tenant.completedJob("ends", PATIENCE).statusOrNew().taskCounts())
        .satisfies(c -> assertThat(c.succeeded()).isEqualTo(2))
        .satisfies(c -> assertThat(c.failed()).isEqualTo(6));
    assertThat(tenant.history().job("ends").getLast()).isEqualTo("Completed TasksFailed");
  }
}
