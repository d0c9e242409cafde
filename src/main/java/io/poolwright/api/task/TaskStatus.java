package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a task. This is the ledger of the attempt protocol: {@code attempt} is written, on
 * condition of the resourceVersion, before a command can run.
 *
 * @param reactivated the latest value of the annotation that reactivates it which was obeyed or
 *     refused
 */
@JsonClassDescription(
    "What became of it. executionInfo has its times, exit code and failure; the condition Ready says why it waits.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TaskStatus(
    @Nullable Long observedGeneration,
    @Nullable TaskState state,
    @Nullable ExecutionInfo executionInfo,
    @Nullable NodeInfo nodeInfo,
    @Nullable Attempt attempt,
    @Size(max = 256) @Nullable String reactivated,
    List<Condition> conditions) {

  /** Of a task that nobody has looked at yet. */
  public static final TaskStatus NEW =
      new TaskStatus(null, TaskState.ACTIVE, null, null, null, null, List.of());

  public TaskStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  public TaskState stateOrActive() {
    return state == null ? TaskState.ACTIVE : state;
  }

  public ExecutionInfo execution() {
    return executionInfo == null ? ExecutionInfo.NONE : executionInfo;
  }

  /** Number of the latest attempt that was intended; 0 where there was none. */
  public int attempts() {
    return attempt == null ? 0 : attempt.number();
  }

  /**
   * The latest attempt. At most one pod is ever let go for it: the one with this UID.
   *
   * @param podUid the pod that was named when the attempt was intended
   * @param disruptions how many attempts ended through no fault of the task; they are not retries
   * @param notBefore no new attempt before this time (RFC 3339), so that a pool that kills pods at
   *     once is not hammered
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Attempt(
      int number,
      @Size(max = 253) String podName,
      @Size(max = 64) String podUid,
      @Nullable Integer disruptions,
      @Nullable String notBefore) {}

  /** The node that the latest attempt has or had. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record NodeInfo(@Size(max = 253) String poolId, @Size(max = 253) String nodeId) {}

  /** Times and ends (section 7.1). Of the latest attempt, but for the counts. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ExecutionInfo(
      @Nullable String startTime,
      @Nullable String endTime,
      @Nullable Integer exitCode,
      @Nullable TaskResult result,
      @Nullable FailureInfo failureInfo,
      @Nullable Integer retryCount,
      @Nullable String lastRetryTime) {

    public static final ExecutionInfo NONE =
        new ExecutionInfo(null, null, null, null, null, null, null);

    public int retries() {
      return retryCount == null ? 0 : retryCount;
    }
  }
}
