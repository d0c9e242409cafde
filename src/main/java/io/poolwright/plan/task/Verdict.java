package io.poolwright.plan.task;

import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.api.task.FailureInfo.Phase;
import io.poolwright.plan.task.Outcome.Kind;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PodSeen.Waiting;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a task pod that was let go says of its attempt. The rows are those of section 2 of the
 * reliability page: the same exit code 137 is memory, a deletion or the user's own doing, and only
 * the rest of the pod tells.
 */
public sealed interface Verdict {

  /** Nothing to say: it is under way. */
  record UnderWay() implements Verdict {}

  /** Nothing to say yet, but there will be at this time if nothing happens. */
  record Quiet(Instant until) implements Verdict {}

  /**
   * It does not get on; the message is for the user.
   *
   * @param until when this stops being a matter of waiting; null where it never does
   */
  record Held(String message, @Nullable Instant until) implements Verdict {}

  /** Its machine does not answer: nobody knows how it is. */
  record Unreachable() implements Verdict {}

  /**
   * It has not started in time, but still could: it is over only once it is being deleted and thus
   * cannot be bound.
   */
  record TooLate(String message) implements Verdict {}

  /** It is over. */
  record Ended(Outcome outcome) implements Verdict {}

  Set<String> NEVER_STARTS = Set.of("InvalidImageName", "ErrImageNeverPull");
  Set<String> HELD =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "ImageInspectError",
          "SignatureValidationFailed",
          "RegistryUnavailable",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");
  Set<String> LAUNCH_FAILED =
      Set.of("StartError", "ContainerCannotRun", "CreateContainerError", "RunContainerError");
  Set<String> RUNNER_CODES = Set.of("CommandProgramNotFound", "CommandLaunchFailed", "DiskFull");

  static Verdict of(PodSeen pod, Duration startTimeout, Instant now) {
    Optional<Verdict> evicted = ofPodReason(pod);
    if (evicted.isPresent()) {
      return evicted.get();
    }
    Optional<Terminated> stageIn =
        pod.container("stage-in").flatMap(PodSeen.ContainerSeen::terminated);
    if (stageIn.isPresent() && stageIn.get().exitCode() != 0) {
      return ended(ofStageIn(pod, stageIn.get()));
    }
    if (pod.unreachable()) {
      return new Unreachable();
    }
    Optional<Terminated> command = pod.container("task").flatMap(PodSeen.ContainerSeen::terminated);
    if (command.isPresent()) {
      return ofCommand(pod, command.get());
    }
    if (pod.ended()) {
      return ended(
          Outcome.disrupted("The pod ended before its command did: " + orUnknown(pod.message())));
    }
    return ofStart(pod, startTimeout, now);
  }

  private static Optional<Verdict> ofPodReason(PodSeen pod) {
    if (pod.phase() != PodSeen.Phase.FAILED || pod.reason() == null) {
      return Optional.empty();
    }
    String message = orUnknown(pod.message());
    boolean ownLimit =
        message.contains("ephemeral local storage usage exceeds")
            || message.contains("exceeds the limit")
            || message.contains("local ephemeral storage limit");
    if (pod.reason().equals("Evicted") && ownLimit) {
      return Optional.of(ended(ofOwnDoing(pod, "DiskFull", message)));
    }
    if (pod.reason().equals("DeadlineExceeded")) {
      // activeDeadlineSeconds, which somebody put on the pod: another attempt would end like this.
      return Optional.of(ended(ofOwnDoing(pod, "TaskEnded", message)));
    }
    return Optional.of(ended(Outcome.disrupted(pod.reason() + ": " + message)));
  }

  /** The pod was ended because of what the task did, in whatever phase it was. */
  private static Outcome ofOwnDoing(PodSeen pod, String code, String message) {
    Optional<PodSeen.ContainerSeen> command = pod.container("task");
    Integer exit =
        command
            .flatMap(PodSeen.ContainerSeen::terminated)
            .map(Terminated::exitCode)
            .filter(c -> !isKill(c))
            .orElse(null);
    boolean begun = command.map(c -> !(c.state() instanceof Waiting)).orElse(false);
    Phase phase =
        !begun
            ? Phase.PRE_PROCESSING
            : exit != null && exit == 0 ? Phase.FILE_UPLOAD : Phase.COMMAND;
    return Outcome.failed(
        Kind.FINAL, exit, null, new FailureInfo("UserError", code, message, List.of(), phase));
  }

  private static Outcome ofStageIn(PodSeen pod, Terminated end) {
    Optional<StageReport> report = StageReport.read(end.message());
    if (report.isPresent() && report.get().code() != null) {
      StageReport r = report.get();
      return Outcome.before(
          end,
          or(r.category(), "UserError"),
          or(r.code(), "Unknown"),
          or(r.message(), ""),
          details(r.field(), null));
    }
    if (pod.deleting() || pod.disrupted()) {
      return Outcome.disrupted("The pod was deleted while its files were being staged in");
    }
    if ("OOMKilled".equals(end.reason())) {
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

  private static Verdict ofCommand(PodSeen pod, Terminated command) {
    boolean launched = !LAUNCH_FAILED.contains(or(command.reason(), ""));
    Optional<PodSeen.ContainerSeen> stageOut = pod.container("stage-out");
    Optional<Terminated> stored = stageOut.flatMap(PodSeen.ContainerSeen::terminated);
    Optional<StageReport> runner = StageReport.read(command.message());
    if (!launched) {
      return ended(
          Outcome.before(
              command,
              "UserError",
              "CommandLaunchFailed",
              "The task's container could not be started: "
                  + or(command.message(), or(command.reason(), "")),
              List.of()));
    }
    if (stageOut.isPresent() && stored.isEmpty()) {
      return pod.ended()
          ? ended(Outcome.disrupted("The pod ended while its outputs were being stored"))
          : new UnderWay();
    }
    StageReport report = stored.flatMap(s -> StageReport.read(s.message())).orElse(null);
    String stderr = report == null ? null : report.stderrTail();
    int exit = report != null && report.exitCode() != null ? report.exitCode() : command.exitCode();
    Aside aside = Aside.of(report, command);
    String code = or(runner.map(StageReport::code).orElse(null), "");
    if (RUNNER_CODES.contains(code)) {
      String message = or(runner.get().message(), code);
      List<Detail> details = details(null, stderr);
      return ended(
          aside.put(
              "Command".equals(runner.get().phase())
                  ? Outcome.during(Kind.FINAL, exit, command, code, message, details)
                  : Outcome.before(command, "UserError", code, message, details)));
    }
    if (code.equals("MaxWallClockTimeExpiry")) {
      String message =
          or(runner.get().message(), "The time that constraints.maxWallClockTime allows is over");
      return ended(
          aside.put(
              Outcome.during(
                  Kind.FINAL,
                  exit,
                  command,
                  code,
                  message,
                  details("spec.constraints.maxWallClockTime", stderr))));
    }
    if (isKill(command.exitCode()) && (pod.deleting() || pod.disrupted())) {
      Outcome stopped = Outcome.disrupted("The pod was deleted while its command ran");
      return ended(aside.put(stopped.with(runner.map(StageReport::exitCode).orElse(null))));
    }
    if ("OOMKilled".equals(command.reason())) {
      return ended(
          aside.put(
              Outcome.during(
                  Kind.FAILED,
                  command.exitCode(),
                  command,
                  "OOMKilled",
                  "The command used more memory than its share of the node, or than its resources.memory; give the task more of one of them, or the pool a larger node.size.memory",
                  details(null, stderr))));
    }
    if (exit != 0) {
      return ended(
          aside.put(
              Outcome.during(
                  Kind.FAILED,
                  exit,
                  command,
                  "FailureExitCode",
                  "The command ended with exit code " + exit,
                  details(null, stderr))));
    }
    if (stored.isPresent() && stored.get().exitCode() != 0) {
      return ended(aside.put(ofStageOut(pod, stored.get(), report, command)));
    }
    return ended(aside.put(new Outcome(Kind.SUCCESS, 0, null, null, null, null)));
  }

  private static Outcome ofStageOut(
      PodSeen pod, Terminated stored, @Nullable StageReport report, Terminated command) {
    StageReport.Failure failure = report == null ? null : report.failure();
    if (failure != null) {
      return Outcome.after(
          command,
          or(failure.category(), "UserError"),
          or(failure.code(), "FileUploadMiscError"),
          or(failure.message(), "The outputs could not be stored"),
          details(failure.field(), null));
    }
    if (pod.deleting() || pod.disrupted()) {
      return Outcome.disrupted("The pod was deleted while its outputs were being stored");
    }
    return Outcome.after(
        command,
        "ServerError",
        "FileUploadMiscError",
        "Storing the outputs ended with exit code "
            + stored.exitCode()
            + " ("
            + or(stored.reason(), "no reason")
            + ")",
        List.of());
  }

  private static Verdict ofStart(PodSeen pod, Duration startTimeout, Instant now) {
    if (pod.deleting() && pod.machine() == null) {
      String why = pod.unschedulable() == null ? "" : ": " + pod.unschedulable();
      return ended(Outcome.disrupted("The pod was deleted before it found room on its node" + why));
    }
    Instant deadline = startsSince(pod).plus(startTimeout);
    boolean late = deadline.isBefore(now);
    // Whatever else does not start: it is not over while the command can still do things.
    boolean runs =
        pod.container("task").map(c -> c.state() instanceof PodSeen.Running).orElse(false);
    Optional<PodSeen.ContainerSeen> held =
        Stream.concat(pod.inits().stream(), pod.containers().stream())
            .filter(c ->
                c.waiting()
                    .map(w ->
                        HELD.contains(or(w.reason(), ""))
                            || NEVER_STARTS.contains(or(w.reason(), "")))
                    .orElse(false))
            .findFirst();
    if (held.isPresent()) {
      Waiting waiting = held.get().waiting().orElseThrow();
      String reason = or(waiting.reason(), "");
      String message =
          "container " + held.get().name() + ": " + reason + ": " + or(waiting.message(), "");
      if (!runs && (late || NEVER_STARTS.contains(reason))) {
        String code =
            reason.contains("Image") ? "ContainerInvalidImage" : "ContainerInvalidSettings";
        return ended(Outcome.before(null, "UserError", code, message, List.of()));
      }
      return new Held(message, deadline);
    }
    if (pod.unschedulable() != null) {
      return late
          ? new TooLate("The pod found no room on its node: " + pod.unschedulable())
          : new Held(pod.unschedulable(), deadline);
    }
    return ofSilence(pod, late, deadline);
  }

  /**
   * Neither scheduler nor kubelet says why none of its containers runs: a large image that is being
   * pulled looks like a volume that cannot be mounted. It is said, and waited for.
   */
  private static Verdict ofSilence(PodSeen pod, boolean late, Instant deadline) {
    boolean silent =
        pod.phase() == PodSeen.Phase.PENDING
            && Stream.concat(pod.inits().stream(), pod.containers().stream())
                .noneMatch(c -> c.state() instanceof PodSeen.Running);
    if (!silent) {
      return new UnderWay();
    }
    return late
        ? new Held(
            "No container has started since "
                + startsSince(pod)
                + "; `kubectl describe pod "
                + pod.name()
                + "` shows what it waits for",
            null)
        : new Quiet(deadline);
  }

  /** Staging in may take its time: what comes after it has the whole of the start timeout. */
  private static Instant startsSince(PodSeen pod) {
    return pod.inits().stream()
        .flatMap(c -> c.terminated().stream())
        .map(Terminated::finishedAt)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .reduce(pod.created(), (a, b) -> a.isAfter(b) ? a : b);
  }

  private static Verdict ended(Outcome outcome) {
    return new Ended(outcome);
  }

  /** What a command ends with that is told to end, or made to. */
  private static boolean isKill(int exitCode) {
    return exitCode == 137 || exitCode == 143;
  }

  private static List<Detail> details(@Nullable String field, @Nullable String stderr) {
    List<Detail> details = new ArrayList<>();
    if (field != null) {
      details.add(new Detail("field", field));
    }
    if (stderr != null && !stderr.isEmpty()) {
      details.add(new Detail("stderr", stderr));
    }
    return details;
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }

  private static String orUnknown(@Nullable String value) {
    return or(value, "the kubelet gave no message");
  }
}
