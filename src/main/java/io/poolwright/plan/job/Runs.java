package io.poolwright.plan.job;

import io.poolwright.api.job.NodePreparation.Run;
import io.poolwright.api.job.NodePreparation.RunState;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.api.task.TaskResult;
import io.poolwright.plan.task.Outcome;
import io.poolwright.pods.SpecialPods.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the ledger says of one run of a preparation or release, step by step. */
final class Runs {
  private Runs() {}

  /**
   * @param before the same run, where this is another attempt at it
   */
  static Run begun(int attempt, String podUid, @Nullable Run before, Instant now) {
    String since = before == null ? null : before.startTime();
    return new Run(
        RunState.RUNNING,
        attempt,
        podUid,
        since == null ? stamp(now) : since,
        null,
        null,
        null,
        null,
        before == null ? null : before.retryCount());
  }

  static Run succeeded(Run run, Outcome outcome, Instant now) {
    return over(run, outcome, now, TaskResult.SUCCESS, null);
  }

  static Run failed(Kind kind, Run run, Outcome outcome, Instant now) {
    return over(run, outcome, now, TaskResult.FAILURE, at(kind, outcome.failure()));
  }

  private static Run over(
      Run run, Outcome outcome, Instant now, TaskResult result, @Nullable FailureInfo failure) {
    return new Run(
        RunState.COMPLETED,
        run.attempt(),
        null,
        run.startTime(),
        outcome.endedAt() == null ? stamp(now) : seconds(outcome.endedAt()),
        outcome.exitCode(),
        result,
        failure,
        run.retryCount());
  }

  /** Another attempt is to follow. */
  static Run again(Run run, Outcome outcome, int retries, Instant now) {
    return new Run(
        RunState.RUNNING,
        run.attempt(),
        null,
        run.startTime(),
        stamp(now),
        outcome.exitCode(),
        null,
        outcome.failure(),
        retries == 0 ? null : Integer.valueOf(retries));
  }

  static Outcome stopped(String code, String message) {
    return new Outcome(
        Outcome.Kind.FINAL,
        null,
        null,
        null,
        new FailureInfo("UserError", code, message, List.of()),
        null);
  }

  static String why(Run run) {
    FailureInfo failure = run.failureInfo();
    return failure == null
        ? "exit code " + run.exitCode()
        : failure.code() + ": " + failure.message();
  }

  /** Fields are told by a task's names: here they stand in the job. */
  private static @Nullable FailureInfo at(Kind kind, @Nullable FailureInfo failure) {
    return failure == null
        ? null
        : failure.with(
            failure.message(), failure.details().stream().map(d -> at(kind, d)).toList());
  }

  private static Detail at(Kind kind, Detail detail) {
    boolean ofTask =
        detail.name().equals("field")
            && detail.value().startsWith("spec.")
            && !detail.value().startsWith(kind.field());
    String field = detail.value();
    if (ofTask && kind == Kind.RELEASE) {
      // A release has its limits at its top.
      field = field.replace("spec.constraints.", "spec.");
    }
    return ofTask ? new Detail("field", kind.field() + field.substring("spec".length())) : detail;
  }

  private static String stamp(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String seconds(String time) {
    return stamp(Instant.parse(time));
  }
}
