package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a task. This is the ledger of the attempt protocol: {@code attempt} is written, on
 * condition of the resourceVersion, before a command can run.
 *
 * @param subtasks of a multi-instance task: what its latest attempt has besides the primary, which
 *     the rest tells of
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
    List<Subtask> subtasks,
    @Size(max = 256) @Nullable String reactivated,
    List<Condition> conditions) {

  /** Of a task that nobody has looked at yet. */
  public static final TaskStatus NEW =
      new TaskStatus(null, TaskState.ACTIVE, null, null, null, null, List.of());

  public TaskStatus {
    subtasks = subtasks == null ? List.of() : List.copyOf(subtasks);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** Of a task that has one node. */
  public TaskStatus(
      @Nullable Long observedGeneration,
      @Nullable TaskState state,
      @Nullable ExecutionInfo executionInfo,
      @Nullable NodeInfo nodeInfo,
      @Nullable Attempt attempt,
      @Nullable String reactivated,
      List<Condition> conditions) {
    this(
        observedGeneration,
        state,
        executionInfo,
        nodeInfo,
        attempt,
        List.of(),
        reactivated,
        conditions);
  }

  public TaskStatus withSubtasks(List<Subtask> now) {
    return new TaskStatus(
        observedGeneration, state, executionInfo, nodeInfo, attempt, now, reactivated, conditions);
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

  /**
   * One node of a multi-instance task besides the primary's. Like the attempt that it belongs to it
   * is in the ledger before its pod is let go.
   *
   * @param id from 1; the primary is 0
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Subtask(
      int id,
      @Size(max = 253) String nodeId,
      @Size(max = 253) String podName,
      @Size(max = 64) String podUid,
      @Nullable SubtaskState state,
      @Nullable String startTime,
      @Nullable String endTime,
      @Nullable Integer exitCode) {

    public Subtask(int id, String nodeId, String podName, String podUid) {
      this(id, nodeId, podName, podUid, SubtaskState.PREPARING, null, null, null);
    }
  }

  /** How far a subtask is. */
  public enum SubtaskState {
    /** Its files, or its coordination command. */
    @JsonProperty("Preparing")
    PREPARING,
    /** Its coordination command has succeeded. */
    @JsonProperty("Running")
    RUNNING,
    @JsonProperty("Completed")
    COMPLETED
  }

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
