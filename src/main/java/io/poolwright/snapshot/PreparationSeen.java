package io.poolwright.snapshot;

import io.poolwright.api.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the decision about preparation and release of one job looks at.
 *
 * @param tasksRun whether tasks of the job run
 * @param nodes those of its pool, and those of its ledger that exist, by name
 * @param wanted nodes that tasks of the job wait for
 * @param pods all pods of preparation and release, whatever attempt
 * @param gone UIDs of pods that a live read says do not exist
 * @param refusals of nodes whose preparation pod the API server refused when it was last made
 * @param startTimeout how long a pod may fail to start before that is its end
 */
public record PreparationSeen(
    Job job,
    boolean tasksRun,
    Map<String, NodeSeen> nodes,
    Set<String> wanted,
    List<PodSeen> pods,
    Set<String> gone,
    Map<String, Refusal> refusals,
    Duration startTimeout,
    Instant now) {

  /**
   * What the API server said of a node's pod.
   *
   * @param until no other is made on that node before this time
   */
  public record Refusal(String message, Instant until) {}

  public PreparationSeen {
    nodes = Map.copyOf(nodes);
    wanted = Set.copyOf(wanted);
    pods = List.copyOf(pods);
    gone = Set.copyOf(gone);
    refusals = Map.copyOf(refusals);
  }

  public Optional<NodeSeen> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  public PreparationSeen withGone(Set<String> uids) {
    Set<String> all =
        Stream.concat(gone.stream(), uids.stream()).collect(Collectors.toUnmodifiableSet());
    return new PreparationSeen(
        job, tasksRun, nodes, wanted, pods, all, refusals, startTimeout, now);
  }
}
