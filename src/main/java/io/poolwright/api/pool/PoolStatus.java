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
    @Nullable Integer lastNode,
    List<ResizeError> resizeErrors,
    List<Condition> conditions) {

  public static final PoolStatus NEW =
      new PoolStatus(
          null, null, null, null, null, null, null, Map.of(), null, List.of(), List.of());

  public PoolStatus {
    nodeCounts = nodeCounts == null ? Map.of() : new java.util.TreeMap<>(nodeCounts);
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

  /** Why the pool is not as large as it is to be. */
  public record ResizeError(@Size(max = 128) String code, @Size(max = 4096) String message) {}
}
