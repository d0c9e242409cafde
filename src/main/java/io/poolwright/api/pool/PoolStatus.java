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
 * @param restarting nodes whose pod is being made anew under its name, as somebody asked
 * @param lastNode the highest number that a node of this pool was given; numbers are not used twice
 * @param currentDedicatedNodes nodes that exist, whatever their state
 * @param selector labels of the node pods, as a HorizontalPodAutoscaler wants them
 */
@JsonClassDescription(
    "What became of it. The condition Ready says why nodes that should be there are not.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PoolStatus(
    @Nullable Long observedGeneration,
    @Nullable AllocationState allocationState,
    @StatusReplicas @Nullable Integer currentDedicatedNodes,
    @LabelSelector @Nullable String selector,
    @Nullable Integer readyNodes,
    @Nullable Integer usedSlots,
    @Nullable Integer totalSlots,
    Map<String, Integer> nodeCounts,
    List<NodeStatus> nodes,
    List<Restarting> restarting,
    @Nullable Integer lastNode,
    List<ResizeError> resizeErrors,
    List<Condition> conditions) {

  public static final PoolStatus NEW =
      new PoolStatus(
          null, null, null, null, null, null, null, Map.of(), List.of(), List.of(), null, List.of(),
          List.of());

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
    RESIZING
  }

  /**
   * A node that is being rebooted or reimaged. It stands here before its pod is deleted, so that
   * whoever looks next goes on with it.
   *
   * @param podUid of the pod that goes; a pod of the node with another UID is the one that came
   */
  public record Restarting(int node, RestartAction action, @Size(max = 64) String podUid) {}

  /** What is made anew. */
  public enum RestartAction {
    /** The containers; the node's directory is kept. */
    @JsonProperty("Reboot")
    REBOOT,
    /** The containers and the directory. */
    @JsonProperty("Reimage")
    REIMAGE
  }

  /** Why the pool is not as large as it is to be. */
  public record ResizeError(@Size(max = 128) String code, @Size(max = 4096) String message) {}
}
