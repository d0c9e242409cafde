package io.poolwright.snapshot;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about the tasks of a job's factory looks at.
 *
 * @param pool null where it does not exist
 * @param pods all pods of the factory's tasks, by the task's index
 * @param packages those that a task's pod is to bring along and that exist, by name
 * @param evicting what the nodes that are on their way out do to their tasks, by node
 * @param gone tasks whose pod in the ledger does not exist, as a live read says
 * @param only the tasks to look at; null for all that have begun or have pods
 * @param list what keeps tasks from being made of their keys; null where nothing does
 * @param refusal what the API server said to the last pod that was made; null where it took it
 * @param pausedUntil no pod is made before this time
 * @param startTimeout how long a pod may fail to start before that is the attempt's end
 */
public record FactorySeen(
    Job job,
    @Nullable Pool pool,
    Map<Integer, List<PodSeen>> pods,
    Map<String, ApplicationPackage> packages,
    Map<String, NodeDeallocationOption> evicting,
    Set<Integer> gone,
    @Nullable Set<Integer> only,
    @Nullable ListTrouble list,
    @Nullable String refusal,
    @Nullable Instant pausedUntil,
    Duration startTimeout,
    Instant now) {
  public FactorySeen {
    pods = Map.copyOf(pods);
    packages = Map.copyOf(packages);
    evicting = Map.copyOf(evicting);
    gone = Set.copyOf(gone);
    only = only == null ? null : Set.copyOf(only);
  }

  public FactorySeen withGone(Set<Integer> found) {
    return with(job, found, only, list);
  }

  public FactorySeen with(@Nullable ListTrouble now) {
    return with(job, gone, only, now);
  }

  /** After what was decided was written: those whose entry changed are looked at again. */
  public FactorySeen after(Job written, Set<Integer> moved) {
    return with(written, Set.of(), moved, list);
  }

  private FactorySeen with(
      Job its, Set<Integer> found, @Nullable Set<Integer> these, @Nullable ListTrouble trouble) {
    return new FactorySeen(
        its,
        pool,
        pods,
        packages,
        evicting,
        found,
        these,
        trouble,
        refusal,
        pausedUntil,
        startTimeout,
        now);
  }
}
