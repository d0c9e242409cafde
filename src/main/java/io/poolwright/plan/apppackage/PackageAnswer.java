package io.poolwright.plan.apppackage;

import io.poolwright.plan.task.Verdict;
import io.poolwright.pods.CheckPods;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PodSeen.Waiting;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a pod that looks at a version of a package has to say. */
sealed interface PackageAnswer {

  /**
   * @param message what keeps it; null where nothing does
   * @param until when it has taken too long to start; null where it has started
   */
  record NotYet(@Nullable String message, @Nullable Instant until) implements PackageAnswer {}

  /** It is there, and it is a package. */
  record Found(
      @Nullable Long sizeBytes,
      @Nullable Long entries,
      @Nullable Long unpackedBytes,
      @Nullable String digest)
      implements PackageAnswer {}

  /** It is no package, and looking again would not make it one. */
  record Wrong(String code, String message) implements PackageAnswer {}

  /** It is not there, or nobody could look: another look may find it. */
  record NoAnswer(String code, String message) implements PackageAnswer {}

  /** What the agent says of an archive that will be the same the next time. */
  Set<String> FINAL = Set.of("ApplicationPackageError", "ResourceFileInvalidSource");

  static PackageAnswer of(PodSeen pod, Duration startTimeout, Instant now) {
    Optional<Terminated> end =
        pod.container(CheckPods.CONTAINER).flatMap(PodSeen.ContainerSeen::terminated);
    if (end.isPresent()) {
      return ofEnd(end.get());
    }
    if (pod.ended() || pod.deleting()) {
      return new NoAnswer(
          "CheckLost",
          "The pod that looked at it was stopped"
              + (pod.reason() == null ? "" : ": " + pod.reason())
              + (pod.message() == null ? "" : ": " + pod.message()));
    }
    Optional<Waiting> waiting =
        pod.container(CheckPods.CONTAINER)
            .flatMap(PodSeen.ContainerSeen::waiting)
            .filter(w ->
                w.reason() != null
                    && (Verdict.HELD.contains(w.reason())
                        || Verdict.NEVER_STARTS.contains(w.reason())));
    Instant deadline = pod.created().plus(startTimeout);
    if (waiting.isPresent()) {
      String reason = Objects.requireNonNullElse(waiting.get().reason(), "");
      String message = reason + ": " + Objects.requireNonNullElse(waiting.get().message(), "");
      return deadline.isAfter(now)
          ? new NotYet("The pod that looks at it does not start: " + message, deadline)
          : new NoAnswer(
              reason.contains("Image") ? "ContainerInvalidImage" : "ContainerInvalidSettings",
              "The pod that looks at it could not be started: " + message);
    }
    if (pod.unschedulable() != null) {
      return new NotYet("The pod that looks at it finds no machine: " + pod.unschedulable(), null);
    }
    boolean silent =
        pod.container(CheckPods.CONTAINER)
            .map(c -> !(c.state() instanceof PodSeen.Running))
            .orElse(true);
    if (silent && !deadline.isAfter(now)) {
      return new NotYet(
          "The pod that looks at it has not started since "
              + pod.created()
              + "; `kubectl describe pod "
              + pod.name()
              + "` shows what it waits for",
          null);
    }
    return new NotYet(null, silent ? deadline : null);
  }

  private static PackageAnswer ofEnd(Terminated end) {
    Optional<StageReport> report = StageReport.read(end.message());
    if (end.exitCode() == 0 && report.isPresent() && report.get().entries() != null) {
      StageReport found = report.get();
      return new Found(found.sizeBytes(), found.entries(), found.unpackedBytes(), found.digest());
    }
    if (report.isPresent() && report.get().code() != null) {
      String code = Objects.requireNonNullElse(report.get().code(), "");
      String message = Objects.requireNonNullElse(report.get().message(), "");
      return FINAL.contains(code) ? new Wrong(code, message) : new NoAnswer(code, message);
    }
    return new NoAnswer(
        "CheckFailed",
        "The pod that looked at it ended with exit code "
            + end.exitCode()
            + (end.reason() == null ? "" : " (" + end.reason() + ")")
            + " and said nothing");
  }
}
