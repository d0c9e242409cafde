package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.pool.PoolStatus.AutoScaleRun;
import io.poolwright.api.pool.PoolStatus.AutoScaleSamples;
import org.junit.jupiter.api.Test;

/** Pools whose size a formula decides, against a real API server. */
class AutoscaleIT {
  /** One node for each task that is there, at most three. */
  private static final String FOLLOW =
      "$TargetDedicatedNodes = min(3, max(0, $PendingTasks.GetSample(1)));";

  private static void pool(Space space, String formula, String interval) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: p}
        spec:
          enableAutoScale: true
          autoScaleFormula: "%s"
          autoScaleEvaluationInterval: %s
          node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
        """
            .formatted(formula, interval));
  }

  private static AutoScaleRun run(Pool pool) {
    AutoScaleRun run = pool.statusOrNew().autoScaleRun();
    assertThat(run).isNotNull();
    return run;
  }

  @Test
  void aPoolThatFollowsItsBacklogUpAndDownToNothing() {
    try (Space space = new Space("follows")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "j-b", End.first(new End.Hang()));
      space.operator();
      pool(space, FOLLOW, "5s");
      Pool empty = space.awaitPool("p", p -> p.statusOrNew().autoScaleRun() != null);
      assertThat(empty.statusOrNew().targetDedicatedNodes()).isZero();

      space.job("j", "p", 0, "a", "b");

      Pool grown = space.awaitPool("p", p -> p.statusOrNew().readyNodes() == 2);
      assertThat(run(grown).results())
          .isEqualTo("$TargetDedicatedNodes=2;$NodeDeallocationOption=taskcompletion");
      space.awaitTrue("both run", () -> space.kubelet().ran(space.name()).size() == 2);
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.kubelet().finish(space.name(), "j-b", End.SUCCESS);
      space.awaitCompleted("j");

      space.awaitTrue("no node is left", () -> space.nodePods().isEmpty());
      assertThat(space.kubelet().ran(space.name())).as("each once").hasSize(2);
    }
  }

  /** It is not waited for the interval, which is Azure's quarter of an hour here. */
  @Test
  void whatWaitsForANodeHurriesTheFormula() {
    try (Space space = new Space("hurries")) {
      space.operator();
      pool(space, FOLLOW, "15m");
      space.awaitPool("p", p -> p.statusOrNew().autoScaleRun() != null);

      space.job("j", "p", 0, "a");

      space.awaitCompleted("j");
    }
  }

  @Test
  void aPoolWithAFormulaIsNotScaledByHand() {
    try (Space space = new Space("byhand")) {
      space.operator();
      pool(space, "$TargetDedicatedNodes = 1;", "15m");
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      var pool = space.user().resources(Pool.class).inNamespace(space.name()).withName("p");

      // As kubectl scale does it.
      assertThatThrownBy(() ->
              pool.subresource("scale")
                  .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":3}}"))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("autoScaleFormula sets the size of this pool");

      // Without its formula it stays as it is, and is anybody's to scale.
      space.merge(Pool.class, "p", "{\"spec\":{\"enableAutoScale\":false}}");
      Pool kept = space.awaitPool("p", p -> p.getStatus().autoScaleRun() == null);
      assertThat(kept.getStatus().targetDedicatedNodes()).isEqualTo(1);
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":2}}");
      space.awaitPool("p", p -> p.getStatus().readyNodes() == 2);
    }
  }

  @Test
  void theHistoryOutlivesTheOperator() {
    try (Space space = new Space("history")) {
      RunningOperator first = space.operator();
      pool(space, "$TargetDedicatedNodes = 0;", "15m");
      Pool sampled =
          space.awaitPool(
              "p",
              p ->
                  p.statusOrNew().autoScaleSamples() != null
                      && !p.statusOrNew().autoScaleSamples().gaps().isEmpty());
      String start = sampled.statusOrNew().autoScaleSamples().startTime();
      first.kill();

      space.operator();

      AutoScaleSamples later =
          space
              .awaitPool(
                  "p",
                  p ->
                      !p.statusOrNew()
                          .autoScaleSamples()
                          .equals(sampled.statusOrNew().autoScaleSamples()))
              .statusOrNew()
              .autoScaleSamples();
      assertThat(later.startTime()).isEqualTo(start);
      assertThat(later.values()).containsKey("$PendingTasks");
    }
  }

  @Test
  void aFormulaThatFailsChangesNothingElse() {
    try (Space space = new Space("fails")) {
      space.operator();
      pool(space, "$TargetDedicatedNodes = 1;", "5s");
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.merge(
          Pool.class, "p", "{\"spec\":{\"autoScaleFormula\":\"$TargetDedicatedNodes = ;\"}}");

      Pool wrong = space.awaitPool("p", p -> Space.reason(p).equals("AutoScaleFailed"));
      assertThat(run(wrong).error().code()).isEqualTo("AutoScalingFormulaSyntaxError");
      assertThat(Space.ready(wrong.getStatus().conditions()).message())
          .contains("spec.autoScaleFormula", "Line 1, Col ", "keeps its size");
      assertThat(space.nodePods()).hasSize(1);
      space.job("j", "p", 0, "a");
      space.awaitCompleted("j");

      space.merge(
          Pool.class, "p", "{\"spec\":{\"autoScaleFormula\":\"$TargetDedicatedNodes = 2;\"}}");
      space.awaitPool(
          "p", p -> Space.reason(p).equals("Steady") && p.getStatus().readyNodes() == 2);
    }
  }

  @Test
  void aFormulaIsEvaluatedWhileThePoolResizes() {
    try (Space space = new Space("meanwhile")) {
      space.refusePods();
      space.operator();
      pool(space, "$TargetDedicatedNodes = 3;", "5s");
      space.awaitPool("p", p -> p.statusOrNew().allocationState() == AllocationState.RESIZING);

      space.merge(
          Pool.class, "p", "{\"spec\":{\"autoScaleFormula\":\"$TargetDedicatedNodes = 1;\"}}");
      Pool changed =
          space.awaitPool(
              "p", p -> Integer.valueOf(1).equals(p.getStatus().targetDedicatedNodes()));

      assertThat(changed.getStatus().allocationState()).isEqualTo(AllocationState.RESIZING);
      assertThat(run(changed).error()).isNull();
    }
  }

  @Test
  void theVariablesCountTheTasksOfAllJobs() {
    try (Space space = new Space("counts")) {
      space.kubelet().script(space.name(), "one-runs", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "two-fails", End.always(new End.Exit(1)));
      space.operator();
      pool(space, "$TargetDedicatedNodes = 1;", "15m");
      space.job("two", "p", 0, "works", "fails");
      space.awaitCompleted("two");

      space.job("one", "p", 0, "runs");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name(), "one-runs").isEmpty());
      space.apply(WaitingIT.emptyJob("three", "p"));
      space.apply(WaitingIT.task("waits", "three", "command: [work]"));
      space.apply(WaitingIT.task("never", "three", "command: [work]\n  requiredSlots: 2"));

      Pool counted =
          space.awaitPool(
              "p",
              p -> latest(p, "$ActiveTasks").equals("1") && latest(p, "$RunningTasks").equals("1"));
      assertThat(latest(counted, "$PendingTasks"))
          .as("what can never run counts not")
          .isEqualTo("2");
      assertThat(latest(counted, "$SucceededTasks")).isEqualTo("1");
      assertThat(latest(counted, "$FailedTasks")).isEqualTo("1");
      assertThat(latest(counted, "$CurrentDedicatedNodes")).isEqualTo("1");
      assertThat(latest(counted, "$UsableNodeCount")).isEqualTo("1");
    }
  }

  /** The last of {@code 0*3 5 7}. */
  static String latest(Pool pool, String variable) {
    AutoScaleSamples samples = pool.statusOrNew().autoScaleSamples();
    String all = samples == null ? "" : samples.values().getOrDefault(variable, "");
    return all.substring(all.lastIndexOf(' ') + 1).replaceFirst("[*].*", "");
  }
}
