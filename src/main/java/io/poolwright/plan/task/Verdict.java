package io.poolwright.plan.task;

import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.api.task.FailureInfo.Phase;
import io.poolwright.plan.task.Outcome.Kind;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  Set<String> RUNNER_CODES = Set.of("CommandProgramNotFound", "CommandLaunchFailed", "DiskFull");

  static Verdict of(PodSeen pod, Duration startTimeout, Instant now) {
    Optional<Verdict> evicted = ofPodReason(pod);
    if (evicted.isPresent()) {
      return evicted.get();
    }
    Optional<Terminated> stageIn = Staging.failedInit(pod);
    if (stageIn.isPresent()) {
      return ended(Staging.ofInit(pod, stageIn.get()));
    }
    if (pod.unreachable()) {
      return new Unreachable();
    }
    Optional<Verdict> staging = Staging.beside(pod, startTimeout, now);
    if (staging.isPresent()) {
      return staging.get();
    }
    Optional<Terminated> command = pod.container("task").flatMap(PodSeen.ContainerSeen::terminated);
    if (command.isPresent()) {
      return ofCommand(pod, command.get());
    }
    if (pod.ended()) {
      return ended(
          Outcome.disrupted("The pod ended before its command did: " + orUnknown(pod.message())));
    }
    return Starting.of(pod, startTimeout, now);
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
    boolean begun = Staging.begun(pod);
    Phase phase =
        !begun
            ? Phase.PRE_PROCESSING
            : exit != null && exit == 0 ? Phase.FILE_UPLOAD : Phase.COMMAND;
    return Outcome.failed(
        Kind.FINAL, exit, null, new FailureInfo("UserError", code, message, List.of(), phase));
  }

  private static Verdict ofCommand(PodSeen pod, Terminated command) {
    boolean launched = Staging.isLaunched(command);
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
    if (!pod.ended() && Staging.stays(pod)) {
      return new UnderWay();
    }
    if (stageOut.isPresent() && stored.isEmpty()) {
      return ended(Outcome.disrupted("The pod ended while its outputs were being stored"));
    }
    StageReport report = stored.flatMap(s -> StageReport.read(s.message())).orElse(null);
    String stderr = report == null ? null : report.stderrTail();
    int exit = report != null && report.exitCode() != null ? report.exitCode() : command.exitCode();
    Aside aside = Aside.of(report, command);
    String code = or(runner.map(StageReport::code).orElse(null), "");
    if (code.equals("Disrupted") && command.exitCode() == 143 && !ran(report)) {
      return ended(Outcome.disrupted(or(runner.get().message(), code)));
    }
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

  /** The runner leaves the exit code of a command that began, whatever the command writes. */
  private static boolean ran(@Nullable StageReport report) {
    return report != null && report.exitCode() != null;
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
