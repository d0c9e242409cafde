package io.poolwright.plan.task;

import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.StageReport;
import org.jspecify.annotations.Nullable;

/**
 * What stage-out adds to an outcome: the command's own times where they were measured, the
 * container's otherwise, and what became of the logs.
 */
record Aside(@Nullable String startedAt, @Nullable String endedAt, @Nullable String logsFailure) {
  static Aside of(@Nullable StageReport report, Terminated command) {
    StageReport.Failure logs = report == null ? null : report.logsFailure();
    String lost =
        logs == null
            ? null
            : "stdout.txt and stderr.txt could not be stored: "
                + logs.code()
                + ": "
                + logs.message();
    return report != null && report.startedAt() != null && report.endedAt() != null
        ? new Aside(report.startedAt(), report.endedAt(), lost)
        : new Aside(command.startedAt(), command.finishedAt(), lost);
  }

  Outcome put(Outcome outcome) {
    return new Outcome(
        outcome.kind(), outcome.exitCode(), startedAt, endedAt, outcome.failure(), logsFailure);
  }
}
