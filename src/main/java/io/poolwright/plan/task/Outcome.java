package io.poolwright.plan.task;

import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.api.task.FailureInfo.Phase;
import io.poolwright.snapshot.PodSeen.Terminated;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt ended. Who is charged follows from the kind (section 7.4 of the reference,
 * section 2 of the reliability page).
 *
 * @param warning what went wrong besides, without being the attempt's failure
 */
public record Outcome(
    Kind kind,
    @Nullable Integer exitCode,
    @Nullable String startedAt,
    @Nullable String endedAt,
    @Nullable FailureInfo failure,
    @Nullable String warning) {

  /** What kind of end. */
  public enum Kind {
    /** Exit code 0, and what had to be stored is. */
    SUCCESS,
    /** The command ran and failed: retries are charged. */
    FAILED,
    /**
     * Over for good whatever retries are left: staging, launch, upload, wall clock, or the user's
     * wish.
     */
    FINAL,
    /** Through no fault of the task: another attempt follows, nothing is charged. */
    DISRUPTED
  }

  /** What has to be there for the command was not. */
  static Outcome before(
      @Nullable Terminated end,
      String category,
      String code,
      String message,
      List<Detail> details) {
    return failed(
        Kind.FINAL,
        null,
        end,
        new FailureInfo(category, code, message, details, Phase.PRE_PROCESSING));
  }

  static Outcome during(
      Kind kind, int exit, Terminated end, String code, String message, List<Detail> details) {
    return failed(
        kind, exit, end, new FailureInfo("UserError", code, message, details, Phase.COMMAND));
  }

  /** The command succeeded, and what it left could not be stored. */
  static Outcome after(
      Terminated end, String category, String code, String message, List<Detail> details) {
    return failed(
        Kind.FINAL, 0, end, new FailureInfo(category, code, message, details, Phase.FILE_UPLOAD));
  }

  static Outcome failed(
      Kind kind, @Nullable Integer exit, @Nullable Terminated end, FailureInfo failure) {
    return new Outcome(
        kind,
        exit,
        end == null ? null : end.startedAt(),
        end == null ? null : end.finishedAt(),
        failure,
        null);
  }

  public static Outcome disrupted(String message) {
    return new Outcome(
        Kind.DISRUPTED,
        null,
        null,
        null,
        new FailureInfo("ServerError", "Disrupted", message, List.of()),
        null);
  }

  /** The same, of a command that ended with this when it was told to stop. */
  Outcome with(@Nullable Integer code) {
    return new Outcome(kind, code, startedAt, endedAt, failure, warning);
  }

  public String message() {
    return failure == null || failure.message() == null ? "" : failure.message();
  }
}
