package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import io.poolwright.api.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a pool.
 *
 * @param nodeCounts nodes by state (section 3.10)
 * @param nodes single nodes, those first that are neither Idle nor Running; not all of a large pool
 * @param restarting nodes that are made anew under their own number
 * @param lastNode the highest number that a node of this pool was given; numbers are not used twice
 * @param allocationStateTransitionTime since when it is in its allocation state
 * @param targetDedicatedNodes how many the pool is to have now: what the spec says, or the formula
 *     said last
 * @param currentDedicatedNodes nodes that exist, whatever their state
 * @param resize the resize that is under way, or that ended before its target; null where the pool
 *     is as it is to be
 * @param autoScaleSamples what the formula's variables were; kept here so that it outlives the
 *     operator
 * @param selector labels of the node pods, as a HorizontalPodAutoscaler wants them
 */
@JsonClassDescription(
    "What became of it. The condition Ready says why nodes that should be there are not.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PoolStatus(
    @Nullable Long observedGeneration,
    @Nullable AllocationState allocationState,
    @Size(max = 40) @Nullable String allocationStateTransitionTime,
    @Nullable Integer targetDedicatedNodes,
    @Nullable Integer targetLowPriorityNodes,
    @StatusReplicas @Nullable Integer currentDedicatedNodes,
    @Nullable Integer currentLowPriorityNodes,
    @LabelSelector @Nullable String selector,
    @Nullable Integer readyNodes,
    @Nullable Integer usedSlots,
    @Nullable Integer totalSlots,
    Map<String, Integer> nodeCounts,
    List<NodeStatus> nodes,
    List<Restart> restarting,
    @Nullable Integer lastNode,
    @Nullable Resize resize,
    @Nullable AutoScaleRun autoScaleRun,
    @Nullable AutoScaleSamples autoScaleSamples,
    List<ResizeError> resizeErrors,
    List<Condition> conditions) {

  public static final PoolStatus NEW =
      new PoolStatus(
          null, null, null, null, null, null, null, null, null, null, null, Map.of(), List.of(),
          List.of(), null, null, null, null, List.of(), List.of());

  public PoolStatus {
    nodeCounts = nodeCounts == null ? Map.of() : new java.util.TreeMap<>(nodeCounts);
    nodes = nodes == null ? List.of() : List.copyOf(nodes);
    restarting = restarting == null ? List.of() : List.copyOf(restarting);
    resizeErrors = resizeErrors == null ? List.of() : List.copyOf(resizeErrors);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** Section 3.2. */
  public enum AllocationState {
    @JsonProperty("Steady")
    STEADY,
    @JsonProperty("Resizing")
    RESIZING,
    /** No longer: what was begun is ended, nothing new is. */
    @JsonProperty("Stopping")
    STOPPING
  }

  /**
   * A resize that has not reached its target.
   *
   * @param targetDedicatedNodes what was asked for; another target is another resize
   * @param stoppedBy AllocationTimedout or ResizeStopped; null while it goes on
   * @param keptDedicatedNodes how many there are to be since it was stopped
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Resize(
      String startTime,
      int targetDedicatedNodes,
      int targetLowPriorityNodes,
      @Size(max = 64) @Nullable String stoppedBy,
      @Size(max = 4096) @Nullable String message,
      @Nullable Integer keptDedicatedNodes,
      @Nullable Integer keptLowPriorityNodes) {}

  /**
   * The last evaluation of the formula (section 3.6.1).
   *
   * @param results every variable in Azure's form, {@code $TargetDedicatedNodes=3;…}
   * @param nodeDeallocationOption what the formula said last
   * @param observedGeneration of the pool whose formula it was
   * @param formulaHash of the formula's text: tells whether it has been changed since
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record AutoScaleRun(
      String timestamp,
      @Size(max = 16384) @Nullable String results,
      @Nullable AutoScaleError error,
      @Nullable NodeDeallocationOption nodeDeallocationOption,
      @Nullable Long observedGeneration,
      @Size(max = 8) @Nullable String formulaHash) {}

  /** Why an evaluation gave no target. */
  public record AutoScaleError(@Size(max = 128) String code, @Size(max = 4096) String message) {}

  /**
   * The history of the sampled variables, in few bytes: an entry {@code 30*119} stands for 119
   * times 30.
   *
   * @param startTime of the oldest sample
   * @param gaps seconds from each sample to the next
   * @param values by variable, oldest first and up to the last sample; fewer than there are samples
   *     where a variable is sampled only since later
   */
  public record AutoScaleSamples(
      String startTime, @Size(max = 16384) String gaps, Map<String, String> values) {
    public AutoScaleSamples {
      values = values == null ? Map.of() : new java.util.TreeMap<>(values);
    }
  }

  /**
   * A node whose pod goes and comes again.
   *
   * @param node its number
   * @param uid of the pod that goes
   */
  public record Restart(int node, RestartAction action, @Size(max = 64) String uid, boolean spot) {}

  /** What a node is made anew with: its old directory, or a new one. */
  public enum RestartAction {
    @JsonProperty("Reboot")
    REBOOT,
    @JsonProperty("Reimage")
    REIMAGE
  }

  /** Why the pool is not as large as it is to be. */
  public record ResizeError(@Size(max = 128) String code, @Size(max = 4096) String message) {}
}
