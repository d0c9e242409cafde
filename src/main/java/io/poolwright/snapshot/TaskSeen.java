package io.poolwright.snapshot;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskStatus.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about one task looks at.
 *
 * @param job null where it does not exist
 * @param pool null where it does not exist
 * @param pods all pods of the task, whatever attempt
 * @param packages those that the task's pod is to bring along and that exist, by name
 * @param parents how the tasks stand that it depends on
 * @param evicting what the node of a running task does to it, being on its way out; requeue also
 *     where its pool was deleted; null where the task may run on
 * @param preparing whether a node that it is to get is prepared for its job first
 * @param limited whether as many tasks of its job run as may at once
 * @param gone pods in the ledger, by UID, of which a live read says that they do not exist
 * @param lost why nobody can tell any more what the task is made of; null where that is known
 * @param scarce whether it waits for several nodes at once, and the last look at its pool found too
 *     few
 * @param pausedUntil the API server refused the task's pod: no other is made before this time
 * @param startTimeout how long a pod may fail to start before that is the attempt's end
 */
public record TaskSeen(
    Task task,
    @Nullable Job job,
    @Nullable Pool pool,
    List<PodSeen> pods,
    Map<String, ApplicationPackage> packages,
    ParentsSeen parents,
    @Nullable NodeDeallocationOption evicting,
    boolean preparing,
    boolean limited,
    Set<String> gone,
    @Nullable String lost,
    boolean scarce,
    @Nullable Instant pausedUntil,
    Duration startTimeout,
    Instant now) {
  public TaskSeen {
    pods = List.copyOf(pods);
    packages = Map.copyOf(packages);
    gone = Set.copyOf(gone);
  }

  /** One that is known whole. */
  public TaskSeen(
      Task task,
      @Nullable Job job,
      @Nullable Pool pool,
      List<PodSeen> pods,
      Map<String, ApplicationPackage> packages,
      ParentsSeen parents,
      @Nullable NodeDeallocationOption evicting,
      boolean preparing,
      boolean limited,
      Set<String> gone,
      boolean scarce,
      @Nullable Instant pausedUntil,
      Duration startTimeout,
      Instant now) {
    this(
        task,
        job,
        pool,
        pods,
        packages,
        parents,
        evicting,
        preparing,
        limited,
        gone,
        null,
        scarce,
        pausedUntil,
        startTimeout,
        now);
  }

  public TaskSeen withGone(Set<String> found) {
    return new TaskSeen(
        task,
        job,
        pool,
        pods,
        packages,
        parents,
        evicting,
        preparing,
        limited,
        found,
        lost,
        scarce,
        pausedUntil,
        startTimeout,
        now);
  }

  /** The job for whose task its attempt is stopped; null where it is not stopped for one. */
  public @Nullable String preemptedFor() {
    Attempt attempt = task.statusOrNew().attempt();
    return pods.stream()
        .filter(p -> attempt != null && p.uid().equals(attempt.podUid()))
        .map(PodSeen::preemptedFor)
        .filter(Objects::nonNull)
        .map(f -> f.split("/", 2)[0])
        .findFirst()
        .orElse(null);
  }
}
