package io.poolwright.plan.task;

import io.poolwright.api.task.FailureInfo;
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

  public static Outcome disrupted(String message) {
    return new Outcome(
        Kind.DISRUPTED,
        null,
        null,
        null,
        new FailureInfo("ServerError", "Disrupted", message, java.util.List.of()),
        null);
  }

  public String message() {
    return failure == null || failure.message() == null ? "" : failure.message();
  }
}
