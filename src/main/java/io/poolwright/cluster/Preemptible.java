package io.poolwright.cluster;

import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.plan.task.Stops;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.AttemptSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a pool and may be stopped for tasks of a higher priority. Whether there is any costs
 * an index of the jobs that allow it; what runs is looked at only where a task is in need of it.
 */
public final class Preemptible {
  private static final String BY_POOL = "preemptible";
  private static final String UNREADABLE = "unreadable";

  private final World world;
  private final Board board;
  private final FactoryPods factoryPods;
  private final Factories factories;
  private final Ledger ledger;
  private @Nullable IndexerResourceCache<Job> jobs;

  /**
   * By pool: on which node room is kept for a task. It keeps tasks from taking the room of each
   * other, for which more would have to be stopped. After a restart it is read from what is being
   * stopped.
   */
  private final Map<Key, Map<String, String>> kept = new ConcurrentHashMap<>();

  public Preemptible(
      World world, Board board, FactoryPods factoryPods, Factories factories, Ledger ledger) {
    this.world = world;
    this.board = board;
    this.factoryPods = factoryPods;
    this.factories = factories;
    this.ledger = ledger;
  }

  public void jobs(IndexerResourceCache<Job> cache) {
    cache.addIndexer(
        BY_POOL,
        j ->
            j.getSpec() != null
                    && j.getSpec().allowsPreemption()
                    && j.stateOrActive() != JobState.COMPLETED
                ? List.of(j.getMetadata().getNamespace() + "/" + JobPool.name(j))
                : List.of());
    cache.addIndexer(
        UNREADABLE, j -> j.getSpec() == null ? List.of(j.getMetadata().getNamespace()) : List.of());
    jobs = cache;
  }

  /** With whether anything that runs may have to give way to the first that waits. */
  public PoolSeen see(PoolSeen seen) {
    Key pool = Key.of(seen.pool());
    Map<String, String> still = stillWaiting(pool, seen.waiting());
    int highest =
        seen.waiting().stream()
            .filter(t -> !t.refused())
            .mapToInt(WaitingTask::priority)
            .max()
            .orElse(Integer.MIN_VALUE);
    return Objects.requireNonNull(jobs)
        .byIndex(BY_POOL, pool.namespace() + "/" + pool.name())
        .stream()
        .filter(j -> j.getSpec().priorityOrZero() < highest)
        .filter(j -> board.counts(Key.of(j)).running() > 0)
        .map(j -> j.getSpec().priorityOrZero())
        .min(Comparator.naturalOrder())
        .map(lowest -> seen.with(new PreemptibleSeen(lowest, null, still)))
        .orElse(still.isEmpty() ? seen : seen.with(new PreemptibleSeen(null, null, still)));
  }

  private Map<String, String> stillWaiting(Key pool, List<WaitingTask> waiting) {
    Map<String, String> all = kept.get(pool);
    if (all == null) {
      return Map.of();
    }
    Map<String, String> still = new HashMap<>();
    for (WaitingTask task : waiting) {
      String name = task.job() + "/" + task.name();
      if (all.containsKey(name)) {
        still.put(name, all.get(name));
      }
    }
    remember(pool, still);
    return still;
  }

  private void remember(Key pool, Map<String, String> all) {
    if (all.isEmpty()) {
      kept.remove(pool);
    } else {
      kept.put(pool, Map.copyOf(all));
    }
  }

  /** Marks what is to be stopped. Returns how many were not marked before. */
  public int stop(Pool pool, PoolPlan plan) {
    remember(Key.of(pool), plan.kept());
    int marked = 0;
    for (PoolPlan.Preempt one : plan.preempt()) {
      AttemptSeen attempt = one.attempt();
      String namespace = pool.getMetadata().getNamespace();
      marked += ledger.preempt(namespace, attempt.pod(), attempt.podUid(), one.task()) ? 1 : 0;
    }
    return marked;
  }

  public void forget(Pool pool) {
    kept.remove(Key.of(pool));
  }

  /** With all that runs, of whatever job. */
  public PoolSeen withAttempts(PoolSeen seen) {
    String namespace = seen.pool().getMetadata().getNamespace();
    List<AttemptSeen> all = new ArrayList<>();
    Map<String, Optional<Job>> known = new HashMap<>();
    for (String node : seen.usedSlots().keySet()) {
      world
          .tasksOn(seen.pool(), node)
          .filter(t -> t.statusOrNew().stateOrActive() == TaskState.RUNNING)
          .forEach(t -> {
            String name = t.getSpec().jobId() == null ? "" : t.getSpec().jobId();
            Optional<Job> job = known.computeIfAbsent(name, n -> world.job(namespace, n));
            attempt(t, node, job.orElse(null)).ifPresent(all::add);
          });
    }
    for (Job cached : world.jobsOn(seen.pool())) {
      world
          .job(namespace, cached.getMetadata().getName())
          .filter(j -> j.getSpec().taskFactory() != null && j.stateOrActive() != JobState.COMPLETED)
          .ifPresent(j -> all.addAll(attempts(j)));
    }
    if (hidesAny(namespace)) {
      all.addAll(hidden(seen.usedSlots(), all));
    }
    PreemptibleSeen before = seen.preemptible();
    return seen.with(new PreemptibleSeen(before.lowest(), all, before.kept()));
  }

  /** Whether a job or a task of the namespace cannot be read: what runs of it runs on. */
  private boolean hidesAny(String namespace) {
    return !Objects.requireNonNull(jobs).byIndex(UNREADABLE, namespace).isEmpty()
        || world.hidesTask(namespace);
  }

  /** What nobody can tell about has the slots that no other attempt has. */
  private static List<AttemptSeen> hidden(Map<String, Integer> used, List<AttemptSeen> others) {
    Map<String, Integer> left = new HashMap<>(used);
    others.forEach(a -> left.merge(a.node(), -a.slots(), Integer::sum));
    return left.entrySet().stream()
        .filter(e -> e.getValue() > 0)
        .map(e ->
            new AttemptSeen("", "", e.getKey(), e.getValue(), 0, Instant.EPOCH, false, false, null))
        .toList();
  }

  private Optional<AttemptSeen> attempt(Task task, String node, @Nullable Job job) {
    TaskStatus status = task.statusOrNew();
    Attempt attempt = status.attempt();
    if (attempt == null) {
      return Optional.empty();
    }
    PodSeen pod =
        world.podsOf(task).stream()
            .filter(p -> p.uid().equals(attempt.podUid()))
            .findFirst()
            .orElse(null);
    String started = status.execution().startTime();
    return Optional.of(
        attempt(
            job,
            attempt.podName(),
            attempt.podUid(),
            node,
            task.getSpec().slots(),
            started == null ? Instant.EPOCH : Instant.parse(started),
            // Those on other nodes would be stopped as well.
            OwnTasks.manager(job, task) == null
                && task.getSpec().instances() == 1
                && status.subtasks().isEmpty(),
            task.getSpec().wantsTermination() || stops(task, job),
            pod));
  }

  private List<AttemptSeen> attempts(Job job) {
    FactoryStatus status = job.statusOrNew().taskFactory();
    if (status == null || status.live().isEmpty()) {
      return List.of();
    }
    Map<String, PodSeen> pods = new HashMap<>();
    factoryPods.of(job).stream().map(PodReader::read).forEach(p -> pods.put(p.uid(), p));
    int slots = factories.of(job).map(f -> f.size() == 0 ? 1 : f.outline(0).slots()).orElse(1);
    List<AttemptSeen> all = new ArrayList<>();
    for (LiveTask task : status.live()) {
      if (task.node() != null) {
        PodSeen pod = pods.get(task.podUid());
        String name = FactoryLedger.nameOf(job.getMetadata().getName(), task.index());
        all.add(
            attempt(
                job,
                Names.taskPod(name, task.attempt()),
                task.podUid(),
                task.node(),
                slots,
                // Made a moment ago, where it is not heard of.
                pod == null ? Instant.MAX : pod.created(),
                true,
                Stops.all(job),
                pod));
      }
    }
    return all;
  }

  private AttemptSeen attempt(
      @Nullable Job job,
      String podName,
      String podUid,
      String node,
      int slots,
      Instant started,
      boolean common,
      boolean unwanted,
      @Nullable PodSeen pod) {
    String preemptedFor =
        pod == null || pod.preemptedFor() == null
            ? ledger.preemptedFor(podUid)
            : pod.preemptedFor();
    boolean ends =
        preemptedFor != null || unwanted || (pod != null && (pod.deleting() || pod.over()));
    return new AttemptSeen(
        podName,
        podUid,
        node,
        slots,
        job == null ? 0 : job.getSpec().priorityOrZero(),
        started,
        common && !ends && job != null && job.getSpec().allowsPreemption(),
        ends,
        preemptedFor);
  }

  private boolean stops(Task task, @Nullable Job job) {
    return Stops.all(job)
        && !world.isUnreadableJob(task.getMetadata().getNamespace(), task.getSpec().jobId());
  }
}
