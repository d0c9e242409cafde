package io.poolwright.plan;

import io.poolwright.plan.task.Starting;
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

/** What a pod has to say that looks at something for us, and does nothing else. */
public sealed interface PodAnswer {

  /**
   * @param message what keeps it; null where nothing does
   * @param until when it has taken too long to start; null where it has started
   */
  record NotYet(@Nullable String message, @Nullable Instant until) implements PodAnswer {}

  /** It found what it looked for. */
  record Found(StageReport report) implements PodAnswer {}

  /** That is not what is meant, and looking again would not make it so. */
  record Wrong(String code, String message) implements PodAnswer {}

  /** It is not there, or nobody could look: another look may find it. */
  record NoAnswer(String code, String message) implements PodAnswer {}

  /**
   * Who looks.
   *
   * @param container the one in its pod
   * @param does what the pod does, as in "the pod that looks at it"
   * @param did the same of one that did
   * @param lost the code of a pod that was stopped
   * @param silent the code of a pod that said nothing
   * @param last what the agent says where it will say the same the next time
   */
  record Who(
      String container, String does, String did, String lost, String silent, Set<String> last) {
    public Who {
      last = Set.copyOf(last);
    }
  }

  static PodAnswer of(PodSeen pod, Who who, Duration startTimeout, Instant now) {
    Optional<Terminated> end =
        pod.container(who.container()).flatMap(PodSeen.ContainerSeen::terminated);
    if (end.isPresent()) {
      return ofEnd(end.get(), who);
    }
    if (pod.ended() || pod.deleting()) {
      return new NoAnswer(
          who.lost(),
          "The pod that "
              + who.did()
              + " was stopped"
              + (pod.reason() == null ? "" : ": " + pod.reason())
              + (pod.message() == null ? "" : ": " + pod.message()));
    }
    Optional<Waiting> waiting =
        pod.container(who.container())
            .flatMap(PodSeen.ContainerSeen::waiting)
            .filter(Starting::isHeld);
    Instant deadline = pod.created().plus(startTimeout);
    if (waiting.isPresent()) {
      String reason = Objects.requireNonNullElse(waiting.get().reason(), "");
      String message = reason + ": " + Objects.requireNonNullElse(waiting.get().message(), "");
      return deadline.isAfter(now)
          ? new NotYet("The pod that " + who.does() + " does not start: " + message, deadline)
          : new NoAnswer(
              reason.contains("Image") ? "ContainerInvalidImage" : "ContainerInvalidSettings",
              "The pod that " + who.does() + " could not be started: " + message);
    }
    if (pod.unschedulable() != null) {
      return new NotYet(
          "The pod that " + who.does() + " finds no machine: " + pod.unschedulable(), null);
    }
    boolean silent =
        pod.container(who.container())
            .map(c -> !(c.state() instanceof PodSeen.Running))
            .orElse(true);
    if (silent && !deadline.isAfter(now)) {
      return new NotYet(
          "The pod that "
              + who.does()
              + " has not started since "
              + pod.created()
              + "; `kubectl describe pod "
              + pod.name()
              + "` shows what it waits for",
          null);
    }
    return new NotYet(null, silent ? deadline : null);
  }

  private static PodAnswer ofEnd(Terminated end, Who who) {
    Optional<StageReport> report = StageReport.read(end.message());
    if (end.exitCode() == 0 && report.isPresent() && report.get().entries() != null) {
      return new Found(report.get());
    }
    if (report.isPresent() && report.get().code() != null) {
      String code = Objects.requireNonNullElse(report.get().code(), "");
      String message = Objects.requireNonNullElse(report.get().message(), "");
      return who.last().contains(code) ? new Wrong(code, message) : new NoAnswer(code, message);
    }
    return new NoAnswer(
        who.silent(),
        "The pod that "
            + who.did()
            + " ended with exit code "
            + end.exitCode()
            + (end.reason() == null ? "" : " (" + end.reason() + ")")
            + " and said nothing");
  }
}
