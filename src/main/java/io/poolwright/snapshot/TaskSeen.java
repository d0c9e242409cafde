package io.poolwright.snapshot;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
 * @param podGone a live read says that the pod with the UID in the ledger does not exist
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
    boolean podGone,
    @Nullable Instant pausedUntil,
    Duration startTimeout,
    Instant now) {
  public TaskSeen {
    pods = List.copyOf(pods);
    packages = Map.copyOf(packages);
  }

  public TaskSeen withPodGone() {
    return new TaskSeen(
        task,
        job,
        pool,
        pods,
        packages,
        parents,
        evicting,
        preparing,
        true,
        pausedUntil,
        startTimeout,
        now);
  }
}
