package io.poolwright.board;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.board.FreeRoom.Share;
import io.poolwright.plan.factory.FactoryPlan;
import io.poolwright.snapshot.ExitActionsSeen;
import io.poolwright.snapshot.FirstOf;
import io.poolwright.snapshot.NodeLoad;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.WaitingTask;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All tasks at a glance: which wait for which pool and in what order, which wait for each other,
 * what each node has in use, how many of each job are where. It is a function of the Task objects,
 * kept up to date one task at a time so that nothing is proportional to what waits; a restart fills
 * it anew. Until it is {@linkplain #open() open} nothing may be assigned by it: a running task that
 * it does not know would leave its slots looking free.
 */
public final class Board {
  private final Map<Key, BoardEntry> entries = new HashMap<>();
  private final Map<Key, WaitingQueue> waiting = new HashMap<>();
  private final Map<Key, Map<String, Integer>> used = new HashMap<>();
  private final Map<Key, JobTally> tallies = new HashMap<>();
  private final Map<Key, Dependencies> dependencies = new HashMap<>();
  private final Map<Key, PoolLoad> loads = new HashMap<>();
  private final PoolNodes nodes = new PoolNodes();
  private final Clock clock;
  private boolean open;

  public Board(Clock clock) {
    this.clock = clock;
  }

  /**
   * What a change concerns.
   *
   * @param any whether the task itself looks different
   * @param pool null where it concerns none
   * @param job that the task is of now
   * @param tasks names of tasks that depend on it, or did, and have to look again; of the job that
   *     it was of before, too
   */
  public record Change(boolean any, @Nullable Key pool, Key job, List<String> tasks) {}

  public synchronized void open() {
    open = true;
    dependencies.values().forEach(Dependencies::open);
  }

  public synchronized boolean isOpen() {
    return open;
  }

  /**
   * Takes a task as it is now. An older version than the one known is ignored.
   *
   * @param job where it exists
   * @param runnable whether the task would run if a node had room
   */
  public synchronized Change put(Task task, @Nullable Job job, boolean runnable) {
    Key key = Key.of(task);
    BoardEntry before = entries.get(key);
    BoardEntry now = BoardEntry.of(task, job, runnable);
    if (before != null && before.version() > now.version()) {
      return new Change(false, before.pool(), before.job(), List.of());
    }
    Set<String> look = new TreeSet<>();
    if (before != null) {
      count(before, -1);
      if (!before.job().equals(now.job()) || !before.id().equals(now.id())) {
        look.addAll(forgetDependencies(before));
      }
    }
    entries.put(key, now);
    count(now, 1);
    look.addAll(learnDependencies(now));
    Key pool = now.pool() != null ? now.pool() : before == null ? null : before.pool();
    return new Change(before == null || !before.looksLike(now), pool, now.job(), List.copyOf(look));
  }

  /**
   * Takes a task that is not known, or known by an older version, as one that would not run; for
   * what is to be known before anything is decided, and must not overrule what was decided since.
   */
  public synchronized Change fill(Task task, @Nullable Job job) {
    BoardEntry before = entries.get(Key.of(task));
    return before == null || before.version() < Key.version(task.getMetadata())
        ? put(task, job, false)
        : new Change(false, before.pool(), before.job(), List.of());
  }

  /**
   * Takes the tasks of a job's factory as they are now. An older version than the one known is
   * ignored.
   *
   * @param plan what was decided about them, with the ledger that is written
   * @param slots what each of them requires
   */
  public synchronized Change put(Job job, FactoryPlan plan, int slots) {
    FactoryEntry now = FactoryEntry.of(job, plan, slots);
    JobTally tally = tallies.computeIfAbsent(now.job(), k -> new JobTally());
    FactoryEntry before = tally.factory();
    if (before != null && before.uid().equals(now.uid()) && before.version() > now.version()) {
      return new Change(false, now.pool(), now.job(), List.of());
    }
    if (before != null) {
      count(before, -1);
    }
    tally.factory(now);
    count(now, 1);
    Dependencies known = dependencies.get(now.job());
    List<String> look = known == null ? List.of() : known.factory(FactoryParents.of(now));
    return new Change(before == null || !before.looksLike(now), now.pool(), now.job(), look);
  }

  /** Forgets the factory of a job that is gone; not that of another of its name, made since. */
  public synchronized @Nullable Change removeFactory(Job job) {
    return removeFactory(Key.of(job), uid -> uid.equals(job.getMetadata().getUid()));
  }

  /** Forgets what a job of the same name, gone before, has left. */
  public synchronized @Nullable Change removeFactoryOfAnother(Job job) {
    return removeFactory(Key.of(job), uid -> !uid.equals(job.getMetadata().getUid()));
  }

  private @Nullable Change removeFactory(Key key, Predicate<String> whose) {
    JobTally tally = tallies.get(key);
    FactoryEntry before = tally == null ? null : tally.factory();
    if (tally == null || before == null || !whose.test(before.uid())) {
      return null;
    }
    count(before, -1);
    tally.factory(null);
    if (tally.isEmpty()) {
      tallies.remove(key);
    }
    Dependencies known = dependencies.get(key);
    return new Change(
        true, before.pool(), key, known == null ? List.of() : known.factory(FactoryParents.NONE));
  }

  private void count(FactoryEntry factory, int by) {
    add(factory.pool(), factory.load(), by);
    WaitingQueue queue = waiting.computeIfAbsent(factory.pool(), k -> new WaitingQueue());
    if (by > 0) {
      queue.add(factory);
    } else {
      queue.remove(factory);
    }
    if (queue.isEmpty()) {
      waiting.remove(factory.pool());
    }
    factory
        .nodes()
        .forEach((node, running) -> {
          use(factory.pool(), node, by * running * factory.slots());
          nodes.change(factory.pool(), node, on -> on.run(by * running, clock.instant()));
        });
  }

  /** Forgets a task that is gone; not another of its name, made since. */
  public synchronized @Nullable Change remove(Task task) {
    Key key = Key.of(task);
    BoardEntry before = entries.get(key);
    if (before == null || !before.uid().equals(task.getMetadata().getUid())) {
      return null;
    }
    entries.remove(key);
    count(before, -1);
    return new Change(true, before.pool(), before.job(), forgetDependencies(before));
  }

  /** Only jobs with dependencies pay for them: their tasks are looked up at the first. */
  private List<String> learnDependencies(BoardEntry entry) {
    Dependencies known = dependencies.get(entry.job());
    if (known != null) {
      return known.put(entry);
    }
    if (entry.dependsOn().none()) {
      return List.of();
    }
    Dependencies all = new Dependencies(open);
    dependencies.put(entry.job(), all);
    JobTally tally = tallies.get(entry.job());
    all.factory(FactoryParents.of(tally == null ? null : tally.factory()));
    if (tally != null) {
      tally.entries().filter(e -> !e.name().equals(entry.name())).forEach(all::put);
    }
    return all.put(entry);
  }

  private List<String> forgetDependencies(BoardEntry entry) {
    Dependencies known = dependencies.get(entry.job());
    if (known == null) {
      return List.of();
    }
    List<String> look = known.remove(entry);
    if (known.isEmpty()) {
      dependencies.remove(entry.job());
    }
    return look;
  }

  private void count(BoardEntry entry, int by) {
    JobTally tally = tallies.computeIfAbsent(entry.job(), k -> new JobTally());
    tally.add(entry, by);
    if (tally.isEmpty()) {
      tallies.remove(entry.job());
    }
    if (entry.pool() == null) {
      return;
    }
    add(entry.pool(), entry.load(), by);
    if (entry.waits() != null) {
      queue(entry.pool(), entry.waits(), by);
    }
    for (String node : entry.nodes()) {
      nodes.change(entry.pool(), node, on -> on.add(entry, by, clock.instant()));
      if (entry.state() == TaskState.RUNNING) {
        use(entry.pool(), node, by * entry.slots());
      }
    }
  }

  private void add(Key pool, PoolLoad more, int by) {
    PoolLoad load = load(pool).plus(more, by);
    if (load.equals(PoolLoad.NONE)) {
      loads.remove(pool);
    } else {
      loads.put(pool, load);
    }
  }

  private void use(Key pool, String node, int slots) {
    Map<String, Integer> ofPool = used.computeIfAbsent(pool, k -> new HashMap<>());
    if (ofPool.merge(node, slots, Integer::sum) == 0) {
      ofPool.remove(node);
    }
    if (ofPool.isEmpty()) {
      used.remove(pool);
    }
  }

  private void queue(Key pool, WaitingTask task, int by) {
    WaitingQueue queue = waiting.computeIfAbsent(pool, k -> new WaitingQueue());
    if (by > 0) {
      queue.add(task);
    } else {
      queue.remove(task);
    }
    if (queue.isEmpty()) {
      waiting.remove(pool);
    }
  }

  /** Its nodes are gone, and what is known of them. */
  public synchronized void removePool(Key pool) {
    nodes.removePool(pool);
  }

  /**
   * What runs and ran on the nodes of a pool; without those where nothing did.
   *
   * @param all that it has
   */
  public synchronized Map<String, NodeLoad> loads(Key pool, Collection<String> all) {
    return nodes.loads(pool, all);
  }

  /**
   * The first that wait for a pool and that their job's limit lets run, and all others that could
   * have a node now.
   *
   * @param shares what a job may take, by its name
   */
  public synchronized Offer next(
      Key pool, int limit, FreeRoom free, Function<String, Share> shares) {
    WaitingQueue queue = waiting.get(pool);
    return queue == null
        ? Offer.NONE
        : queue.next(limit, free, j -> left(new Key(pool.namespace(), j), shares.apply(j)));
  }

  /** The slot of the task that ends its job is for others: the job may not have heard of it yet. */
  private Share left(Key job, Share share) {
    JobTally tally = tallies.get(job);
    return tally == null
        ? share
        : new Share(tally.ends() ? 0 : share.most() - tally.running(), share.room());
  }

  /** What all jobs together ask of a pool. */
  public synchronized PoolLoad load(Key pool) {
    return loads.getOrDefault(pool, PoolLoad.NONE);
  }

  public synchronized Map<String, Integer> usedSlots(Key pool) {
    return Map.copyOf(used.getOrDefault(pool, Map.of()));
  }

  /** How the tasks stand that a task depends on. */
  public synchronized ParentsSeen parents(Task task) {
    String job = task.getSpec().jobId();
    Dependencies ofJob =
        job == null ? null : dependencies.get(new Key(task.getMetadata().getNamespace(), job));
    return ofJob == null ? ParentsSeen.NONE : ofJob.of(task.getMetadata().getName(), task.id());
  }

  private <T> T ofJob(Key job, T none, Function<JobTally, T> get) {
    JobTally tally = tallies.get(job);
    return tally == null ? none : get.apply(tally);
  }

  /** Those of a job's tasks that cannot run before the user does something, each with why. */
  public synchronized FirstOf stuck(Key job) {
    return ofJob(job, FirstOf.NONE, JobTally::stuck);
  }

  /** Those of a job's tasks that have a node and do not get on, each with its reason. */
  public synchronized FirstOf held(Key job) {
    return ofJob(job, FirstOf.NONE, JobTally::held);
  }

  /** What ended tasks of the job ask to be done to it. */
  public synchronized ExitActionsSeen actions(Key job) {
    return ofJob(job, ExitActionsSeen.NONE, JobTally::actions);
  }

  /** The counts without those of a factory. */
  public synchronized TaskCounts objects(Key job) {
    return ofJob(job, TaskCounts.NONE, JobTally::objects);
  }

  /** The same, each task as many times as it requires slots. */
  public synchronized TaskCounts objectSlots(Key job) {
    return ofJob(job, TaskCounts.NONE, JobTally::objectSlots);
  }

  /** A task of the job's factory that failed, and why; null where none did. */
  public synchronized @Nullable String firstFailed(Key job) {
    JobTally tally = tallies.get(job);
    return tally == null ? null : tally.firstFailed();
  }

  public synchronized TaskCounts counts(Key job) {
    return ofJob(job, TaskCounts.NONE, JobTally::tasks);
  }

  /** Whether as many of the job's tasks run as may at once, and others wait. */
  public synchronized boolean isAtLimit(Job job) {
    TaskCounts counts = counts(Key.of(job));
    return counts.active() > 0 && counts.running() >= job.parallelTasks();
  }

  /** The same, each task as many times as it requires slots. */
  public synchronized TaskCounts slotCounts(Key job) {
    return ofJob(job, TaskCounts.NONE, JobTally::slots);
  }
}
