package io.poolwright.plan.pool;

import io.poolwright.api.pool.NodeStatus;
import io.poolwright.api.pool.NodeStatus.NodeError;
import io.poolwright.api.pool.NodeStatus.SchedulingState;
import io.poolwright.api.pool.NodeStatus.StartTaskInfo;
import io.poolwright.api.pool.NodeStatus.StartTaskState;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.api.task.TaskResult;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.NodeLoad;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Running;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.StageReport;
import io.poolwright.status.Reason;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Single nodes in the pool's status. A large pool does not show all of them: an object has to stay
 * well below the size that an API server takes. The label of the pods shows the others.
 */
final class NodeReports {
  /** A node that is made anew and has no pod now. */
  record Absent(String name, NodeState state) {}

  /** Nodes shown; those that are neither Idle nor Running come first. */
  static final int SHOWN = 200;

  /** Of the nodes that are shown, as many say at length what went wrong in them. */
  static final int AT_LENGTH = 20;

  private static final int SHORT = 120;
  private static final int LONG = 1000;

  private final PoolSeen seen;
  private final Map<String, NodeStatus> before = new HashMap<>();
  private final List<NodeStatus> reports = new ArrayList<>();
  private int atLength = AT_LENGTH;

  /**
   * @param absent nodes that are made anew and have no pod now
   */
  NodeReports(PoolSeen seen, List<PoolNode> nodes, List<Absent> absent) {
    this.seen = seen;
    seen.pool().statusOrNew().nodes().forEach(n -> before.put(n.id(), n));
    Set<String> shown = new HashSet<>();
    nodes.stream()
        .sorted(Comparator.comparingInt(n -> isOrdinary(n) ? 1 : 0))
        .limit(SHOWN)
        .forEach(n -> shown.add(n.pod().name()));
    nodes.stream().filter(n -> shown.contains(n.pod().name())).forEach(this::report);
    absent.stream().limit(SHOWN - shown.size()).forEach(this::report);
  }

  private void report(Absent node) {
    String state = node.state().azureName();
    reports.add(
        new NodeStatus(
            node.name(),
            state,
            null,
            since(before.get(node.name()), state),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of()));
  }

  private String since(@Nullable NodeStatus last, String state) {
    return last != null && last.state().equals(state) && last.stateTransitionTime() != null
        ? last.stateTransitionTime()
        : seen.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static boolean isOrdinary(PoolNode node) {
    return node.state().takesTasks() && node.pod().request() == null;
  }

  private void report(PoolNode node) {
    PodSeen pod = node.pod();
    NodeLoad load = seen.loadOf(pod.name());
    NodeStatus last = before.get(pod.name());
    String state = node.state().azureName();
    List<NodeError> errors = errors(node);
    boolean isNode = pod.container("node").map(c -> c.state() instanceof Running).orElse(false);
    reports.add(
        new NodeStatus(
            pod.name(),
            state,
            node.request() != null && node.request().takesNoTasks()
                ? SchedulingState.DISABLED
                : null,
            since(last, state),
            pod.machine(),
            isNode ? NodeMarks.readySince(pod).toString() : null,
            orNull(load.running()),
            orNull(node.used()),
            orNull(load.completed()),
            orNull(load.succeeded()),
            startTask(pod).orElse(null),
            errors));
  }

  private static @Nullable Integer orNull(int count) {
    return count == 0 ? null : count;
  }

  private List<NodeError> errors(PoolNode node) {
    List<NodeError> errors = new ArrayList<>();
    NodeRequest.mistake(node.pod().request())
        .map(m -> new NodeError(Reason.InvalidRequest.name(), cut(m)))
        .ifPresent(errors::add);
    // The start task's own end has a place of its own.
    if (node.state() != NodeState.START_TASK_FAILED) {
      PoolTrouble.troubleOf(node)
          .map(t -> new NodeError(t.reason().name(), cut(t.message())))
          .ifPresent(errors::add);
    }
    return errors;
  }

  private Optional<StartTaskInfo> startTask(PodSeen pod) {
    Optional<ContainerSeen> files = pod.container(Names.START_STAGE_IN).filter(c -> failed(c));
    Optional<ContainerSeen> found = files.or(() -> pod.container("start-task"));
    return found.flatMap(c ->
        switch (c.state()) {
          case PodSeen.Waiting waits -> Optional.empty();
          case Running runs ->
              Optional.of(
                  new StartTaskInfo(
                      StartTaskState.RUNNING,
                      runs.startedAt(),
                      null,
                      null,
                      null,
                      null,
                      null,
                      null));
          case Terminated end -> Optional.of(ended(end));
        });
  }

  private static boolean failed(ContainerSeen container) {
    return container.terminated().map(t -> t.exitCode() != 0).orElse(false);
  }

  private StartTaskInfo ended(Terminated end) {
    Optional<StageReport> report = StageReport.read(end.message());
    boolean well = end.exitCode() == 0;
    return new StartTaskInfo(
        StartTaskState.COMPLETED,
        end.startedAt(),
        end.finishedAt(),
        report.map(StageReport::exitCode).orElse(end.exitCode()),
        well ? TaskResult.SUCCESS : TaskResult.FAILURE,
        report.map(StageReport::retryCount).filter(n -> n > 0).orElse(null),
        report.map(StageReport::lastRetryTime).orElse(null),
        well ? null : failure(end, report));
  }

  private FailureInfo failure(Terminated end, Optional<StageReport> report) {
    String code =
        report
            .map(StageReport::code)
            .orElse(
                end.reason() == null || end.reason().equals("Error")
                    ? "FailureExitCode"
                    : end.reason());
    String message =
        report
            .map(StageReport::message)
            .orElse("The start task ended with exit code " + end.exitCode());
    boolean whole = atLength > 0;
    List<Detail> details = new ArrayList<>();
    if (whole) {
      atLength--;
      report.map(StageReport::field).ifPresent(f -> details.add(new Detail("field", f)));
      report
          .map(StageReport::stderrTail)
          .filter(t -> !t.isBlank())
          .ifPresent(t -> details.add(new Detail("stderr", t.strip())));
    }
    return new FailureInfo(
        report.map(StageReport::category).orElse("UserError"),
        code,
        shorten(message, whole ? LONG : SHORT),
        details);
  }

  private String cut(String message) {
    boolean whole = atLength > 0;
    atLength -= whole ? 1 : 0;
    return shorten(message, whole ? LONG : SHORT);
  }

  private static String shorten(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }

  List<NodeStatus> say() {
    return reports;
  }
}
