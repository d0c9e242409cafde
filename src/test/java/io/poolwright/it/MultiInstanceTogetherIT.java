package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.pods.Names;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks that have several nodes, beside what else pools and jobs have. */
class MultiInstanceTogetherIT {
  /** The pods that there are, and one of a task with three nodes is one too many. */
  @Test
  void whatAQuotaRefusesTheLastPodOfGivesTheOthersBack() {
    try (Space space = new Space("gangquota")) {
      space.operator();
      space.apply(Gang.POOL.formatted(3));
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.quota().limit(5, 3);

      space.apply(Gang.job(3, 0));

      TaskStatus refused =
          space.awaitTask("j-mpi", t -> Space.reason(t).equals("PodRejected")).statusOrNew();
      assertThat(Space.ready(refused.conditions()).message()).contains("exceeded quota");
      assertThat(refused.attempts()).isZero();
      space.awaitTrue("its other pods are gone", () -> space.taskPods().isEmpty());
      assertThat(space.kubelet().letGo(space.name())).isEmpty();

      space.admitPods();

      space.awaitCompleted("j");
      assertThat(space.task("j-mpi").statusOrNew().attempts()).isEqualTo(1);
      assertThat(space.kubelet().letGo(space.name()))
          .extracting(Ran::task)
          .containsExactlyInAnyOrder("j-mpi", "j-mpi/1", "j-mpi/2");
    }
  }

  /** One of the nodes that it gets first cannot be prepared: then it has another. */
  @Test
  void allItsNodesArePreparedBeforeAnyOfItBegins() {
    try (Space space = new Space("gangprep")) {
      String last = "j/preparation/p-node-3";
      space.kubelet().script(space.name(), PreparationIT.FIRST, End.always(new End.Exit(3)));
      space.kubelet().script(space.name(), last, End.always(new End.Hang()));
      space.operator();
      space.apply(Gang.POOL.formatted(3));
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.apply(
          PreparationIT.job(
              "priority: 5\njobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- id: mpi\n  commandLine: work\n  multiInstanceSettings: {numberOfInstances: 2, coordinationCommandLine: begin}\n"));

      PreparationIT.awaitRuns(space, last, 1);
      space.awaitTask("j-mpi", t -> Space.reason(t).equals("WaitingForPreparation"));
      space.job("other", "p", 0, "a");
      space.awaitCompleted("other");
      assertThat(space.kubelet().ran(space.name(), "j-mpi")).isEmpty();
      space.kubelet().finish(space.name(), last, End.SUCCESS);

      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(1);
      List<String> order = new ArrayList<>(PreparationIT.order(space));
      assertThat(order.subList(order.size() - 2, order.size()))
          .containsExactlyInAnyOrder("j/release/p-node-2", "j/release/p-node-3");
      assertThat(order.subList(0, order.size() - 2))
          .containsExactlyInAnyOrder(
              PreparationIT.FIRST, "j/preparation/p-node-2", last, "other-a", "j-mpi", "j-mpi/1")
          .containsSubsequence(last, "j-mpi")
          .containsSubsequence("j/preparation/p-node-2", "j-mpi/1");
    }
  }

  @Test
  void eachOfItsNodesLendsItsRoomAndGetsItBack() {
    try (Space space = new Space("ganglends")) {
      space.kubelet().script(space.name(), "j-mpi", End.always(new End.Hang()));
      space.operator();
      space.apply(Gang.POOL.formatted(3).replace("spec:", "spec:\n  reservation: Lend"));
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      assertThat(cpus(space.nodePods(), "node")).containsOnly("1");

      space.apply(Gang.job(2, 0));

      space.awaitTrue(
          "both have their room", () -> cpus(space.taskPods(), "task").equals(List.of("1", "1")));
      space.awaitTrue(
          "of their nodes",
          () -> cpus(space.nodePods(), "node").equals(List.of("0.001", "0.001", "1")));

      space.kubelet().finish(space.name(), "j-mpi", End.SUCCESS);

      space.awaitCompleted("j");
      assertThat(space.task("j-mpi").statusOrNew().execution().result())
          .isEqualTo(TaskResult.SUCCESS);
      space.awaitTrue(
          "the nodes have it back",
          () -> cpus(space.nodePods(), "node").equals(List.of("1", "1", "1")));
    }
  }

  /** What the container of this name requests in each, the least first. */
  private static List<String> cpus(List<Pod> pods, String container) {
    return pods.stream()
        .flatMap(p -> p.getSpec().getContainers().stream())
        .filter(c -> c.getName().equals(container))
        .map(c -> c.getResources().getRequests().getOrDefault("cpu", new Quantity("0")))
        .map(Quantity::getNumericalAmount)
        .sorted()
        .map(BigDecimal::stripTrailingZeros)
        .map(BigDecimal::toPlainString)
        .toList();
  }

  /** Each of its nodes is a task to a formula, while it waits and while it runs. */
  @Test
  void aFormulaCountsItOnceForEachNode() {
    try (Space space = new Space("gangformula")) {
      space.kubelet().script(space.name(), "j-mpi", End.always(new End.Hang()));
      space.operator();
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: p}
          spec:
            enableAutoScale: true
            autoScaleFormula: "$TargetDedicatedNodes = 1;"
            autoScaleEvaluationInterval: 5s
            enableInterNodeCommunication: true
            node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
          """);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.apply(Gang.job(3, 0));

      awaitLatest(
          space,
          Map.of(
              "$ActiveTasks", "3",
              "$ActiveSlots", "3",
              "$PendingTasks", "3",
              "$RunningTasks", "0"));
      space.merge(
          Pool.class,
          "p",
          "{\"spec\":{\"autoScaleFormula\":\"$TargetDedicatedNodes = max($PendingTasks.GetSample(1));\"}}");
      awaitLatest(
          space,
          Map.of(
              "$ActiveTasks", "0",
              "$RunningTasks", "3",
              "$RunningSlots", "3",
              "$PendingTasks", "3",
              "$PendingSlots", "3"));

      space.kubelet().finish(space.name(), "j-mpi", End.SUCCESS);

      space.awaitCompleted("j");
      awaitLatest(space, Map.of("$SucceededTasks", "1", "$PendingTasks", "0"));
      space.awaitTrue("no node is left", () -> space.pods(Names.ROLE_NODE).isEmpty());
    }
  }

  private static void awaitLatest(Space space, Map<String, String> values) {
    space.awaitPool(
        "p",
        p ->
            values.entrySet().stream()
                .allMatch(v -> AutoscaleIT.latest(p, v.getKey()).equals(v.getValue())));
  }
}
