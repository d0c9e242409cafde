package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.factory.Factory;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.FactorySeen;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.JobSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PreparedSeen;
import io.poolwright.snapshot.UnmadeSeen;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers snapshots of jobs, and of the tasks that their factories make. */
public final class JobWorld {
  private final World world;
  private final Board board;
  private final Factories factories;
  private final FactoryPods pods;
  private final Applications applications;
  private final Statuses statuses;
  private final Pauses pauses;
  private final Duration startTimeout;
  private final Clock clock;

  public JobWorld(
      World world,
      Board board,
      Factories factories,
      FactoryPods pods,
      Applications applications,
      Statuses statuses,
      Pauses pauses,
      Duration startTimeout,
      Clock clock) {
    this.world = world;
    this.board = board;
    this.factories = factories;
    this.pods = pods;
    this.applications = applications;
    this.statuses = statuses;
    this.pauses = pauses;
    this.startTimeout = startTimeout;
    this.clock = clock;
  }

  /** Whether the job, not another of its name, is still there as far as the cache knows. */
  public boolean isThere(Job job) {
    return world
        .job(job.getMetadata().getNamespace(), job.getMetadata().getName())
        .map(j -> j.getMetadata().getUid().equals(job.getMetadata().getUid()))
        .orElse(false);
  }

  /**
   * The job as it is by now. Whoever has waited since the cache gave it holds an older one: our own
   * writes are remembered only until the cache has heard of them.
   */
  public Job now(Job job) {
    Job known = statuses.latest(job, Job.class);
    return world
        .job(job.getMetadata().getNamespace(), job.getMetadata().getName())
        .filter(j -> j.getMetadata().getUid().equals(job.getMetadata().getUid()))
        .filter(j -> Key.version(j.getMetadata()) > Key.version(known.getMetadata()))
        .orElse(known);
  }

  /**
   * @param unmade the first inline task that could not be made the last time; null where all could
   */
  public JobSeen seeJob(Job job, @Nullable UnmadeSeen unmade) {
    Key key = Key.of(job);
    Pool pool = world.pool(job.getMetadata().getNamespace(), JobPool.name(job)).orElse(null);
    TaskCounts counts = board.counts(key);
    boolean failed = counts.failed() > 0 && counts.completed() == counts.total();
    return new JobSeen(
        job,
        OwnTasks.of(job, factories.objects(job), pool),
        factories.complaint(job),
        counts,
        board.slotCounts(key),
        board.actions(key),
        pool,
        null,
        board.stuck(key),
        board.held(key),
        failed ? firstFailed(job) : null,
        unmade,
        PreparedSeen.NONE,
        new FilesSeen(job.statusOrNew().files(), null, null),
        clock.instant());
  }

  /** Looks at all tasks of the job, which is why it is asked once all are over. */
  private @Nullable String firstFailed(Job job) {
    return world.tasksOf(job).stream()
        .filter(t -> t.getSpec() != null)
        .map(t -> statuses.latest(t, Task.class))
        .filter(t -> t.statusOrNew().execution().failureInfo() != null)
        .min(Comparator.comparing(t -> t.getMetadata().getName()))
        .map(JobWorld::failure)
        .orElseGet(() -> board.firstFailed(Key.of(job)));
  }

  private static String failure(Task task) {
    FailureInfo why = task.statusOrNew().execution().failureInfo();
    return task.getMetadata().getName()
        + ": "
        + (why == null ? "" : why.code() + ": " + why.message());
  }

  public FactorySeen seeFactory(Job job, Factory factory) {
    String namespace = job.getMetadata().getNamespace();
    Pool pool = world.pool(namespace, JobPool.name(job)).orElse(null);
    Map<Integer, List<PodSeen>> byIndex = new HashMap<>();
    for (Pod pod : pods.of(job)) {
      Integer index = index(pod, factory);
      if (index != null) {
        byIndex.computeIfAbsent(index, k -> new ArrayList<>()).add(PodReader.read(pod));
      }
    }
    String uid = job.getMetadata().getUid();
    Task any = factory.size() == 0 ? null : new FactoryLedger(job, factory).outline(0, 0);
    return new FactorySeen(
        job,
        pool,
        byIndex,
        // They have no placeholders: those of one are those of all.
        any == null ? Map.of() : applications.of(any, pool),
        evicting(job),
        Set.of(),
        null,
        factories.lost(job),
        pauses.refusal(uid),
        pauses.of(uid),
        startTimeout,
        clock.instant());
  }

  private Map<String, NodeDeallocationOption> evicting(Job job) {
    FactoryStatus status = job.statusOrNew().taskFactory();
    Map<String, NodeDeallocationOption> evicting = new HashMap<>();
    if (status == null) {
      return evicting;
    }
    status.live().stream()
        .map(LiveTask::node)
        .filter(Objects::nonNull)
        .distinct()
        .forEach(node -> {
          NodeDeallocationOption how =
              world.evicting(
                  job.getMetadata().getNamespace(), new NodeInfo(JobPool.name(job), node));
          if (how != null) {
            evicting.put(node, how);
          }
        });
    return evicting;
  }

  /** Null where somebody edited the label. */
  private static @Nullable Integer index(Pod pod, Factory factory) {
    String label = pod.getMetadata().getLabels().get(Names.INDEX);
    if (label == null || !label.matches("[0-9]{1,7}")) {
      return null;
    }
    int index = Integer.parseInt(label);
    return index < factory.size() ? index : null;
  }
}
