package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.TaskResult;
import org.jspecify.annotations.Nullable;

/**
 * What became of preparation and release of a job on one node. This is the ledger of their pods, as
 * a Task's status is of its own: a run is written here, with its pod's UID and on condition of the
 * job's resourceVersion, before its command can run.
 *
 * @param nodeId name of the node pod
 * @param nodeUid of the node pod that was prepared: a node that is made anew has another
 * @param release null where it has not begun
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodePreparation(
    @Size(max = 253) String nodeId,
    @Size(max = 64) String nodeUid,
    Run preparation,
    @Nullable Run release) {

  public NodePreparation prepared(Run run) {
    return new NodePreparation(nodeId, nodeUid, run, release);
  }

  public NodePreparation released(Run run) {
    return new NodePreparation(nodeId, nodeUid, preparation, run);
  }

  public NodePreparation on(String uid) {
    return new NodePreparation(nodeId, uid, preparation, release);
  }

  /**
   * One of the two on one node.
   *
   * @param attempt the latest pod's number; it goes on when a node is prepared again
   * @param podUid the one pod that may be let go; null where none is, between two attempts or after
   *     the last
   * @param endTime of the latest attempt
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Run(
      RunState state,
      int attempt,
      @Size(max = 64) @Nullable String podUid,
      @Nullable String startTime,
      @Nullable String endTime,
      @Nullable Integer exitCode,
      @Nullable TaskResult result,
      @Nullable FailureInfo failureInfo,
      @Nullable Integer retryCount) {

    public boolean over() {
      return state == RunState.COMPLETED;
    }

    public boolean succeeded() {
      return over() && result == TaskResult.SUCCESS;
    }

    public int retries() {
      return retryCount == null ? 0 : retryCount;
    }
  }

  /** As Azure says it. */
  public enum RunState {
    @JsonProperty("Running")
    RUNNING,
    @JsonProperty("Completed")
    COMPLETED
  }
}
