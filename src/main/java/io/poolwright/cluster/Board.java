package io.poolwright.cluster;

import io.poolwright.api.Condition;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.snapshot.NodeLoad;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.WaitingTask;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All tasks at a glance: which wait for which pool and in what order, what each node has in use,
 * how many of each job are where. It is a function of the Task objects, kept up to date one task at
 * a time so that nothing is proportional to what waits; a restart fills it anew. Until it is
 * {@linkplain #open() open} nothing may be assigned by it: a running task that it does not know
 * would leave its slots looking free.
 */
public final class Board {
  private final Map<Key, Entry> entries = new HashMap<>();
  private final Map<Key, TreeSet<WaitingTask>> waiting = new HashMap<>();
  private final Map<Key, Map<String, Integer>> used = new HashMap<>();
  private final Map<Key, Tally> tallies = new HashMap<>();
  private final Map<Key, PoolLoad> loads = new HashMap<>();
  private final Map<Key, Map<String, OnNode>> onNodes = new HashMap<>();
  private boolean open;

  private record Entry(
      String uid,
      long version,
      Key job,
      TaskState state,
      boolean succeeded,
      int slots,
      @Nullable Key pool,
      @Nullable String node,
      @Nullable Instant ended,
      @Nullable WaitingTask waits,
      @Nullable String stuck,
      @Nullable String held) {

    private PoolLoad load() {
      return switch (state) {
        case ACTIVE -> waits == null ? PoolLoad.NONE : new PoolLoad(1, slots, 0, 0, 0, 0);
        case RUNNING -> new PoolLoad(0, 0, 1, slots, 0, 0);
        case COMPLETED -> new PoolLoad(0, 0, 0, 0, succeeded ? 1 : 0, succeeded ? 0 : 1);
      };
    }
  }

  /** What runs on a node, and what of that which ran there last is over. */
  private static final class OnNode {
    private int running;
    private int completed;
    private int succeeded;
    private @Nullable Instant lastEnd;

    private void add(Entry entry, int by) {
      if (entry.state() == TaskState.RUNNING) {
        running += by;
        return;
      }
      completed += by;
      succeeded += entry.succeeded() ? by : 0;
      Instant end = entry.ended();
      // It stays when the task is deleted: the node was busy until then all the same.
      if (end != null && (lastEnd == null || end.isAfter(lastEnd))) {
        lastEnd = end;
      }
    }
  }

  private static final class Tally {
    private int active;
    private int running;
    private int succeeded;
    private int failed;
    private final TreeSet<String> stuck = new TreeSet<>();
    private final TreeSet<String> held = new TreeSet<>();

    private static void list(Set<String> all, @Nullable String one, int by) {
      if (one != null && by > 0) {
        all.add(one);
      } else if (one != null) {
        all.remove(one);
      }
    }

    private boolean isEmpty() {
      return active + running + succeeded + failed == 0;
    }

    private void add(Entry entry, int by) {
      list(stuck, entry.stuck(), by);
      list(held, entry.held(), by);
      switch (entry.state()) {
        case ACTIVE -> active += by;
        case RUNNING -> running += by;
        case COMPLETED -> {
          if (entry.succeeded()) {
            succeeded += by;
          } else {
            failed += by;
          }
        }
      }
    }
  }

  /** The pool and the job that a change concerns; the pool is null where it concerns none. */
  public record Change(boolean any, @Nullable Key pool, Key job) {}

  public synchronized void open() {
    open = true;
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
    Entry before = entries.get(key);
    Entry now = entry(task, job, runnable);
    if (before != null && before.version() > now.version()) {
      return new Change(false, before.pool(), before.job());
    }
    if (before != null) {
      count(before, -1);
    }
    entries.put(key, now);
    count(now, 1);
    boolean same =
        before != null
            && before.state() == now.state()
            && java.util.Objects.equals(before.waits(), now.waits())
            && java.util.Objects.equals(before.pool(), now.pool())
            && before.succeeded() == now.succeeded()
            && java.util.Objects.equals(before.stuck(), now.stuck())
            && java.util.Objects.equals(before.held(), now.held());
    Key pool = now.pool() != null ? now.pool() : before == null ? null : before.pool();
    return new Change(!same, pool, now.job());
  }

  /**
   * Takes a task that is not known, or known by an older version; for filling the board, which must
   * not overrule what was decided since.
   */
  public synchronized void fill(Task task, @Nullable Job job) {
    Entry before = entries.get(Key.of(task));
    if (before == null || before.version() < Key.version(task.getMetadata())) {
      put(task, job, false);
    }
  }

  /** Forgets a task that is gone; not another of its name, made since. */
  public synchronized @Nullable Change remove(Task task) {
    Key key = Key.of(task);
    Entry before = entries.get(key);
    if (before == null || !before.uid().equals(task.getMetadata().getUid())) {
      return null;
    }
    entries.remove(key);
    count(before, -1);
    return new Change(true, before.pool(), before.job());
  }

  private static Entry entry(Task task, @Nullable Job job, boolean runnable) {
    String namespace = task.getMetadata().getNamespace();
    TaskStatus status = task.statusOrNew();
    TaskState state = status.stateOrActive();
    NodeInfo ranOn = state == TaskState.ACTIVE ? null : status.nodeInfo();
    Key pool = null;
    if (ranOn != null) {
      pool = new Key(namespace, ranOn.poolId());
    } else if (job != null) {
      pool = new Key(namespace, job.getSpec().poolInfo().poolId());
    }
    String jobName = task.getSpec().jobId() == null ? "" : task.getSpec().jobId();
    WaitingTask waits =
        runnable && job != null && state == TaskState.ACTIVE
            ? new WaitingTask(
                task.getMetadata().getName(),
                task.getSpec().slots(),
                job.getSpec().priorityOrZero(),
                created(job.getMetadata().getCreationTimestamp()),
                jobName,
                created(task.getMetadata().getCreationTimestamp()),
                order(task, job))
            : null;
    return new Entry(
        task.getMetadata().getUid(),
        Key.version(task.getMetadata()),
        new Key(namespace, jobName),
        state,
        status.execution().result() == TaskResult.SUCCESS,
        task.getSpec().slots(),
        pool,
        ranOn == null ? null : ranOn.nodeId(),
        status.execution().endTime() == null ? null : created(status.execution().endTime()),
        waits,
        stuck(task),
        held(task));
  }

  /** Why a running task does not get on; null for one that does. */
  private static @Nullable String held(Task task) {
    TaskStatus status = task.statusOrNew();
    return status.stateOrActive() == TaskState.RUNNING
        ? Conditions.find(status.conditions(), Conditions.READY)
            .filter(c -> !c.reason().equals(Reason.Running.name()))
            .map(c -> said(task, c))
            .orElse(null)
        : null;
  }

  private static String said(Task task, Condition ready) {
    return task.getMetadata().getName() + ": " + ready.reason() + ": " + ready.message();
  }

  /** Why an active task cannot run before the user does something; null for one that can. */
  private static @Nullable String stuck(Task task) {
    TaskStatus status = task.statusOrNew();
    boolean stalled =
        status.stateOrActive() == TaskState.ACTIVE
            && Conditions.find(status.conditions(), Conditions.STALLED)
                .map(c -> c.status().equals("True"))
                .orElse(false);
    return stalled
        ? Conditions.find(status.conditions(), Conditions.READY)
            .map(c -> said(task, c))
            .orElse(null)
        : null;
  }

  private static Instant created(@Nullable String time) {
    return time == null ? Instant.EPOCH : Instant.parse(time);
  }

  /** Inline tasks are created within one second: the order in which they were written decides. */
  private static int order(Task task, Job job) {
    String id = task.getSpec().id();
    if (id == null) {
      return 0;
    }
    String place =
        task.getMetadata().getAnnotations() == null
            ? null
            : task.getMetadata().getAnnotations().get(Ledger.PLACE);
    boolean known = place != null && place.matches("[0-9]{1,9}");
    return known ? Integer.parseInt(place) : job.getSpec().tasks().size();
  }

  private void count(Entry entry, int by) {
    Tally tally = tallies.computeIfAbsent(entry.job(), k -> new Tally());
    tally.add(entry, by);
    if (tally.isEmpty()) {
      tallies.remove(entry.job());
    }
    if (entry.pool() == null) {
      return;
    }
    PoolLoad load = load(entry.pool()).plus(entry.load(), by);
    if (load.equals(PoolLoad.NONE)) {
      loads.remove(entry.pool());
    } else {
      loads.put(entry.pool(), load);
    }
    if (entry.waits() != null) {
      TreeSet<WaitingTask> queue = waiting.computeIfAbsent(entry.pool(), k -> new TreeSet<>());
      if (by > 0) {
        queue.add(entry.waits());
      } else {
        queue.remove(entry.waits());
      }
      if (queue.isEmpty()) {
        waiting.remove(entry.pool());
      }
    }
    if (entry.node() == null) {
      return;
    }
    count(entry.pool(), entry.node(), entry, by);
    if (entry.state() == TaskState.RUNNING) {
      Map<String, Integer> nodes = used.computeIfAbsent(entry.pool(), k -> new HashMap<>());
      if (nodes.merge(entry.node(), by * entry.slots(), Integer::sum) == 0) {
        nodes.remove(entry.node());
      }
      if (nodes.isEmpty()) {
        used.remove(entry.pool());
      }
    }
  }

  /** Nodes come and go for as long as the operator runs: what is empty is forgotten. */
  private void count(Key pool, String node, Entry entry, int by) {
    Map<String, OnNode> nodes = onNodes.computeIfAbsent(pool, k -> new HashMap<>());
    OnNode on = nodes.computeIfAbsent(node, k -> new OnNode());
    on.add(entry, by);
    if (on.running + on.completed == 0) {
      nodes.remove(node);
    }
    if (nodes.isEmpty()) {
      onNodes.remove(pool);
    }
  }

  /** What runs and ran on these nodes; without those where nothing did. */
  public synchronized Map<String, NodeLoad> loads(Key pool, Collection<String> wanted) {
    Map<String, OnNode> nodes = onNodes.getOrDefault(pool, Map.of());
    Map<String, NodeLoad> found = new HashMap<>();
    for (String node : wanted) {
      OnNode on = nodes.get(node);
      if (on != null) {
        found.put(node, new NodeLoad(on.running, on.completed, on.succeeded, on.lastEnd));
      }
    }
    return found;
  }

  /** The first of those that wait for a pool. */
  public synchronized List<WaitingTask> next(Key pool, int limit) {
    TreeSet<WaitingTask> queue = waiting.get(pool);
    return queue == null ? List.of() : queue.stream().limit(limit).toList();
  }

  /** What all jobs together ask of a pool. */
  public synchronized PoolLoad load(Key pool) {
    return loads.getOrDefault(pool, PoolLoad.NONE);
  }

  public synchronized Map<String, Integer> usedSlots(Key pool) {
    return Map.copyOf(used.getOrDefault(pool, Map.of()));
  }

  /**
   * Those of a job's tasks that cannot run before the user does something, each with its reason.
   */
  public synchronized List<String> stuck(Key job) {
    Tally t = tallies.get(job);
    return t == null ? List.of() : List.copyOf(t.stuck);
  }

  /** Those of a job's tasks that have a node and do not get on, each with its reason. */
  public synchronized List<String> held(Key job) {
    Tally t = tallies.get(job);
    return t == null ? List.of() : List.copyOf(t.held);
  }

  public synchronized TaskCounts counts(Key job) {
    Tally t = tallies.get(job);
    return t == null
        ? TaskCounts.NONE
        : new TaskCounts(t.active, t.running, t.succeeded + t.failed, t.succeeded, t.failed);
  }
}
