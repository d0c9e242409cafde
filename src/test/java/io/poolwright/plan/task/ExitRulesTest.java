package io.poolwright.plan.task;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of section 7.4 of the reference, row by row. */
class ExitRulesTest {
  private static final ExitOptions CODE = options(JobAction.DISABLE);
  private static final ExitOptions RANGE = options(JobAction.TERMINATE);
  private static final ExitOptions NOTHING = options(JobAction.NONE);

  private static ExitOptions options(JobAction action) {
    return new ExitOptions(action, null);
  }

  private static ExitOptions options(DependencyAction action) {
    return new ExitOptions(null, action);
  }

  private static ExecutionInfo succeeded() {
    return new ExecutionInfo(null, null, 0, TaskResult.SUCCESS, null, null, null);
  }

  private static ExecutionInfo failed(String code, @Nullable Integer exit, @Nullable Phase phase) {
    return new ExecutionInfo(
        null,
        null,
        exit,
        TaskResult.FAILURE,
        new FailureInfo("UserError", code, null, List.of(), phase),
        null,
        null);
  }

  @Test
  void withoutConditionsSuccessSatisfiesAndFailureEndsAndBlocks() {
    ExecutionInfo failure = failed("FailureExitCode", 1, Phase.COMMAND);
    assertThat(ExitRules.jobAction(ExitConditions.NONE, succeeded())).isEqualTo(JobAction.NONE);
    assertThat(ExitRules.dependencyAction(ExitConditions.NONE, succeeded()))
        .isEqualTo(DependencyAction.SATISFY);
    assertThat(ExitRules.jobAction(ExitConditions.NONE, failure)).isEqualTo(JobAction.TERMINATE);
    assertThat(ExitRules.dependencyAction(ExitConditions.NONE, failure))
        .isEqualTo(DependencyAction.BLOCK);
  }

  @Test
  void anOptionThatSaysOneThingLeavesTheOtherAsItIs() {
    ExitConditions conditions =
        new ExitConditions(List.of(), List.of(), null, null, options(DependencyAction.SATISFY));
    ExecutionInfo failure = failed("FailureExitCode", 1, Phase.COMMAND);
    assertThat(ExitRules.dependencyAction(conditions, failure)).isEqualTo(DependencyAction.SATISFY);
    assertThat(ExitRules.jobAction(conditions, failure)).isEqualTo(JobAction.TERMINATE);
  }

  @Test
  void defaultDoesNotCoverExitCodeZero() {
    ExitConditions conditions =
        new ExitConditions(List.of(), List.of(), null, null, options(JobAction.DISABLE));
    assertThat(ExitRules.jobAction(conditions, succeeded())).isEqualTo(JobAction.NONE);
  }

  @Test
  void exitCodeZeroMayBeListed() {
    ExitConditions conditions =
        new ExitConditions(
            List.of(new ExitCodeMapping(0, options(DependencyAction.BLOCK))),
            List.of(),
            null,
            null,
            null);
    assertThat(ExitRules.dependencyAction(conditions, succeeded()))
        .isEqualTo(DependencyAction.BLOCK);
  }

  @ParameterizedTest
  @CsvSource({
    "FailureExitCode, 5, DISABLE",
    "FailureExitCode, 6, TERMINATE",
    "FailureExitCode, 7, NONE",
    "MaxWallClockTimeExpiry, 6, TERMINATE",
    "OOMKilled, 137, NONE",
    "TaskEnded, , NONE",
    "DiskFull, 6, TERMINATE",
    "DiskFull, , NONE",
  })
  void theCodeBeforeTheRangeBeforeTheDefault(
      String code, @Nullable Integer exit, JobAction expected) {
    ExitConditions conditions =
        new ExitConditions(
            List.of(new ExitCodeMapping(5, CODE)),
            List.of(new ExitCodeRangeMapping(5, 6, RANGE)),
            options(JobAction.DISABLE),
            options(JobAction.DISABLE),
            NOTHING);
    assertThat(ExitRules.jobAction(conditions, failed(code, exit, Phase.COMMAND)))
        .isEqualTo(expected);
    assertThat(ExitRules.jobAction(conditions, failed(code, exit, null))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "BlobNotFound, ",
    "BucketNotFound, ",
    "StorageSecretNotFound, ",
    "InternalError, ",
    "ResourceFileWriteFailed, ",
    "ResourceDownloadTimedOut, ",
    "ApplicationPackageError, ",
    "ContainerInvalidImage, ",
    "ContainerInvalidSettings, ",
    "CommandProgramNotFound, 127",
    "CommandLaunchFailed, 126",
    "DiskFull, ",
    "DependencyFailed, ",
  })
  void whatPreventsTheCommandIsAPreProcessingErrorWhateverItsCode(
      String code, @Nullable Integer exit) {
    ExitConditions conditions =
        new ExitConditions(
            List.of(), List.of(new ExitCodeRangeMapping(0, 255, RANGE)), CODE, NOTHING, NOTHING);
    ExecutionInfo before = failed(code, exit, Phase.PRE_PROCESSING);
    assertThat(ExitRules.jobAction(conditions, before)).isEqualTo(JobAction.DISABLE);
    ExitConditions otherwise = new ExitConditions(List.of(), List.of(), null, RANGE, NOTHING);
    assertThat(ExitRules.jobAction(otherwise, before)).isEqualTo(JobAction.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FileUploadContainerNotFound", "DiskFull", "StorageSecretNotFound"})
  void aListedCodePrecedesFileUploadError(String code) {
    ExitConditions conditions =
        new ExitConditions(List.of(new ExitCodeMapping(0, CODE)), List.of(), null, NOTHING, RANGE);
    ExecutionInfo upload = failed(code, 0, Phase.FILE_UPLOAD);
    assertThat(ExitRules.jobAction(conditions, upload)).isEqualTo(JobAction.DISABLE);
    ExitConditions unlisted = new ExitConditions(List.of(), List.of(), null, NOTHING, RANGE);
    assertThat(ExitRules.jobAction(unlisted, upload)).isEqualTo(JobAction.NONE);
    ExitConditions byDefault = new ExitConditions(List.of(), List.of(), null, null, CODE);
    assertThat(ExitRules.jobAction(byDefault, upload)).isEqualTo(JobAction.DISABLE);
  }
}
