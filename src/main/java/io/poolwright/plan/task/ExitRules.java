package io.poolwright.plan.task;

import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.ExitConditions.DependencyAction;
import io.poolwright.api.task.ExitConditions.ExitCodeMapping;
import io.poolwright.api.task.ExitConditions.ExitCodeRangeMapping;
import io.poolwright.api.task.ExitConditions.ExitOptions;
import io.poolwright.api.task.ExitConditions.JobAction;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Phase;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the end of a task for its job and for tasks that depend on it: the table of
 * section 7.4 of the reference. A function of spec and ledger, never kept.
 */
public final class ExitRules {
  /** The task was waited for in vain: a task that it depends on failed and fails its dependents. */
  public static final String DEPENDENCY_FAILED = "DependencyFailed";

  private ExitRules() {}

  /**
   * @param info of a completed task
   */
  public static JobAction jobAction(ExitConditions conditions, ExecutionInfo info) {
    return options(conditions, info)
        .map(ExitOptions::jobAction)
        .orElse(succeeded(info) ? JobAction.NONE : JobAction.TERMINATE);
  }

  /**
   * @param info of a completed task
   */
  public static DependencyAction dependencyAction(ExitConditions conditions, ExecutionInfo info) {
    return options(conditions, info)
        .map(ExitOptions::dependencyAction)
        .orElse(succeeded(info) ? DependencyAction.SATISFY : DependencyAction.BLOCK);
  }

  private static boolean succeeded(ExecutionInfo info) {
    return info.result() == TaskResult.SUCCESS;
  }

  private static Optional<ExitOptions> options(ExitConditions conditions, ExecutionInfo info) {
    FailureInfo failure = info.failureInfo();
    Phase phase = failure == null ? null : failure.phase();
    if (phase == Phase.PRE_PROCESSING) {
      return first(conditions.preProcessingError(), conditions.otherwise());
    }
    Optional<ExitOptions> listed = ofCode(conditions, info.exitCode());
    if (listed.isPresent() || succeeded(info)) {
      return listed;
    }
    return phase == Phase.FILE_UPLOAD
        ? first(conditions.fileUploadError(), conditions.otherwise())
        : first(conditions.otherwise(), null);
  }

  private static Optional<ExitOptions> first(
      @Nullable ExitOptions one, @Nullable ExitOptions other) {
    return Optional.ofNullable(one != null ? one : other);
  }

  private static Optional<ExitOptions> ofCode(ExitConditions conditions, @Nullable Integer code) {
    if (code == null) {
      return Optional.empty();
    }
    Optional<ExitOptions> exact =
        conditions.exitCodes().stream()
            .filter(c -> c.code() == code)
            .map(ExitCodeMapping::exitOptions)
            .findFirst();
    return exact.isPresent()
        ? exact
        : conditions.exitCodeRanges().stream()
            .filter(r -> r.start() <= code && code <= r.end())
            .map(ExitCodeRangeMapping::exitOptions)
            .findFirst();
  }
}
