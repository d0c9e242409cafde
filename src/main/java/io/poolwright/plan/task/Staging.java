package io.poolwright.plan.task;

import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task pod says of its attempt by what was done before the command: by an init container
 * where something is fetched, otherwise by the first container, beside which the command's is
 * started whatever becomes of it.
 */
final class Staging {
  private static final Set<String> LAUNCH_FAILED =
      Set.of("StartError", "ContainerCannotRun", "CreateContainerError", "RunContainerError");

  private static final String OUT_OF_MEMORY = "OOMKilled";
  private static final Set<String> STAGERS = Set.of("stage-in", "stage-out");

  private Staging() {}

  static Optional<Terminated> failedInit(PodSeen pod) {
    return pod.inits().stream()
        .filter(c -> c.name().equals("stage-in"))
        .flatMap(c -> c.terminated().stream())
        .filter(t -> t.exitCode() != 0)
        .findFirst();
  }

  static Outcome ofInit(PodSeen pod, Terminated end) {
    Optional<StageReport> report = StageReport.read(end.message());
    if (report.isPresent() && report.get().code() != null) {
      StageReport r = report.get();
      return Outcome.before(
          end,
          or(r.category(), "UserError"),
          or(r.code(), "Unknown"),
          or(r.message(), ""),
          details(r.field()));
    }
    if (pod.deleting() || pod.disrupted()) {
      return Outcome.disrupted("The pod was deleted while its files were being staged in");
    }
    if (OUT_OF_MEMORY.equals(end.reason())) {
      return Outcome.before(
          end,
          "ServerError",
          "ResourceDownloadOutOfMemory",
          "Staging in ran out of memory",
          List.of());
    }
    return Outcome.before(
        end,
        "ServerError",
        "ResourceDownloadMiscError",
        "Staging in ended with exit code "
            + end.exitCode()
            + ": "
            + or(end.message(), or(end.reason(), "no message")),
        List.of());
  }

  /**
   * Empty where nothing stages beside the command, or what does leaves the rest to it.
   *
   * <p>The kubelet goes on to the command's container also where the first was not started, was
   * ended because its hook failed, or ended by itself; without what is handed over last the command
   * cannot begin.
   */
  static Optional<Verdict> beside(PodSeen pod, Duration startTimeout, Instant now) {
    Optional<ContainerSeen> stager = stager(pod);
    if (stager.isEmpty() || begun(pod)) {
      return Optional.empty();
    }
    Optional<Terminated> command = pod.container("task").flatMap(ContainerSeen::terminated);
    boolean over = pod.ended() || command.isPresent();
    Optional<Terminated> end = stager.get().terminated().filter(t -> t.exitCode() != 0);
    if (end.isPresent()) {
      return ofEnd(pod, end.get(), over);
    }
    if (command.isEmpty() || !isWithoutRunner(command.get())) {
      return Optional.empty();
    }
    return Optional.of(
        stager.get().waiting().map(Starting::isHeld).orElse(false)
            // Until its image is there, or the time for that is over: another attempt would fare
            // alike.
            ? Starting.of(pod, startTimeout, now)
            : new Verdict.Ended(
                Outcome.disrupted(
                    "The task's container was started before its directory was there: "
                        + or(command.get().message(), ""))));
  }

  private static Optional<Verdict> ofEnd(PodSeen pod, Terminated end, boolean over) {
    Optional<StageReport> report = StageReport.read(end.message()).filter(r -> r.code() != null);
    if (over) {
      return Optional.of(
          new Verdict.Ended(
              report.isPresent() || OUT_OF_MEMORY.equals(end.reason())
                  ? ofInit(pod, end)
                  : Outcome.disrupted(
                      pod.deleting() || pod.disrupted()
                          ? "The pod was deleted before its command began"
                          : "What makes the task's directory ended with exit code "
                              + end.exitCode()
                              + " before the command began")));
    }
    // The command's container may wait for ever: for a directory that cannot be made, or after its
    // machine was restarted.
    return Optional.of(
        new Verdict.TooLate(
            report
                .map(r -> r.code() + ": " + or(r.message(), ""))
                .orElse(
                    "What makes the task's directory ended with exit code "
                        + end.exitCode()
                        + "; the pod is stopped")));
  }

  /** Whether what stages beside the command, or stores what it leaves, is not over. */
  static boolean stays(PodSeen pod) {
    return pod.containers().stream()
        .anyMatch(c -> STAGERS.contains(c.name()) && c.terminated().isEmpty());
  }

  /** Whether the command has begun, as far as its container tells. */
  static boolean begun(PodSeen pod) {
    return pod.container("task")
        .map(c ->
            switch (c.state()) {
              case PodSeen.Running _ -> true;
              case Terminated t -> isLaunched(t);
              case PodSeen.Waiting _ -> false;
            })
        .orElse(false);
  }

  static boolean isLaunched(Terminated command) {
    return !LAUNCH_FAILED.contains(or(command.reason(), ""));
  }

  private static Optional<ContainerSeen> stager(PodSeen pod) {
    boolean before = pod.inits().stream().anyMatch(c -> c.name().equals("stage-in"));
    return before
        ? Optional.empty()
        : pod.containers().stream().filter(c -> STAGERS.contains(c.name())).findFirst();
  }

  /** Container runtimes have it in different words. */
  private static boolean isWithoutRunner(Terminated command) {
    String message = or(command.message(), "").toLowerCase(Locale.ROOT);
    return message.contains("/poolwright/run/busybox")
        && message.contains("no such file or directory");
  }

  private static List<Detail> details(@Nullable String field) {
    return field == null ? List.of() : List.of(new Detail("field", field));
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
