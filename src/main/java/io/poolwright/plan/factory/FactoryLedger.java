package io.poolwright.plan.factory;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.poolwright.api.Condition;
import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.FactoryStatus.FailedTask;
import io.poolwright.api.job.FactoryStatus.JobActor;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.factory.Factory;
import io.poolwright.factory.PackedRanges;
import io.poolwright.factory.Ranges;
import io.poolwright.plan.task.ExitRules;
import io.poolwright.pods.Names;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a factory's tasks (section 7 of the design), opened at the page that is in the
 * job's status. Each task is shown as if it had an object, so that the rules of tasks decide about
 * it, and what they say is entered here. What has not begun and what is over costs a range.
 */
public final class FactoryLedger {
  /** Tasks that have begun and are not over, at most; fewer where the job has no room for more. */
  public static final int WINDOW = 1500;

  private static final int FAILURES = 100;

  /** What these say costs more than all the rest of the others. */
  private static final int SENTENCES = 20;

  /** What every task says that gets on. */
  private static final Set<String> NORMAL =
      Set.of(Reason.Running.name(), Reason.Retrying.name(), Reason.WaitingForSlot.name());

  private static final int SENTENCE = 200;
  private static final int STDERR = 256;

  private final Job job;
  private final Factory factory;
  private final TreeMap<Integer, LiveTask> live = new TreeMap<>();
  private final List<FailedTask> failures;
  private Ranges succeeded;
  private Ranges failed;
  private Ranges pardoned;
  private Ranges blocking;
  private Ranges failing;
  private @Nullable String lastEnd;
  private @Nullable JobActor terminates;
  private @Nullable JobActor disables;
  private final LedgerSize size;

  /** The sets as they are written; null where one was changed since. */
  private @Nullable List<@Nullable String> written;

  public FactoryLedger(Job job, Factory factory) {
    FactoryStatus status = job.statusOrNew().taskFactory();
    FactoryStatus page = status == null ? FactoryStatus.begin((int) factory.size()) : status;
    this.job = job;
    this.factory = factory;
    size = new LedgerSize(job);
    page.live().forEach(t -> live.put(t.index(), t));
    failures = new ArrayList<>(page.failures());
    succeeded = PackedRanges.read(page.succeeded());
    failed = PackedRanges.read(page.failed(), notSucceeded());
    pardoned = PackedRanges.read(page.pardoned(), failed);
    blocking = PackedRanges.read(page.blocking(), succeeded);
    failing = PackedRanges.read(page.failing(), blocked());
    lastEnd = page.lastEnd();
    terminates = page.terminates();
    disables = page.disables();
  }

  /** Those that have begun and are not over. */
  public Collection<LiveTask> live() {
    return live.values();
  }

  public boolean isOver(int index) {
    return succeeded.contains(index) || failed.contains(index);
  }

  /** Those that have not begun. */
  public Ranges fresh() {
    BitSet begun = new BitSet();
    live.keySet().forEach(begun::set);
    return succeeded.union(failed).union(Ranges.of(begun)).complement(factory.size());
  }

  public TaskCounts counts() {
    int running = (int) live.values().stream().filter(t -> t.node() != null).count();
    int well = (int) succeeded.count();
    int badly = (int) failed.count();
    int over = well + badly;
    return new TaskCounts((int) factory.size() - over - running, running, over, well, badly);
  }

  /** The first of the tasks that failed, as far as it is known; null where none did. */
  public @Nullable String firstFailure() {
    return failures.isEmpty()
        ? null
        : nameOf(failures.getFirst().index())
            + ": "
            + failures.getFirst().code()
            + ": "
            + failures.getFirst().message();
  }

  private Ranges notSucceeded() {
    return succeeded.complement(factory.size());
  }

  /** Each set by its place among those that can be in it: that is short, however they lie. */
  private List<@Nullable String> written() {
    if (written == null) {
      List<@Nullable String> all = new ArrayList<>();
      all.add(PackedRanges.write(succeeded));
      all.add(PackedRanges.write(failed, notSucceeded()));
      all.add(PackedRanges.write(pardoned, failed));
      all.add(PackedRanges.write(blocking, succeeded));
      all.add(PackedRanges.write(failing, blocked()));
      written = all;
    }
    return written;
  }

  /** How many more tasks may begin now. */
  public int room() {
    return Math.min(WINDOW - live.size(), size.room(written(), live.values()));
  }

  /** Whether it is the job's size that keeps tasks from beginning. */
  public boolean isFull() {
    return live.size() < WINDOW && room() == 0;
  }

  public FactoryStatus status() {
    List<@Nullable String> ranges = written();
    List<LiveTask> kept = new ArrayList<>();
    int sentences = 0;
    for (LiveTask task : live.values()) {
      boolean silent = task.reason() != null && sentences++ >= SENTENCES;
      kept.add(silent ? quiet(task) : task);
    }
    return new FactoryStatus(
        (int) factory.size(),
        ranges.get(0),
        ranges.get(1),
        ranges.get(2),
        ranges.get(3),
        ranges.get(4),
        kept,
        size.bound(failures, ranges, kept),
        lastEnd,
        terminates,
        disables);
  }

  private static LiveTask quiet(LiveTask task) {
    return new LiveTask(
        task.index(),
        task.attempt(),
        task.podUid(),
        task.node(),
        task.retries(),
        task.disruptions(),
        task.notBefore(),
        null,
        null);
  }

  public String nameOf(int index) {
    return nameOf(job.getMetadata().getName(), index);
  }

  /** What the pods of a task are named after, and its directory. */
  public static String nameOf(String job, int index) {
    return Names.inlineTask(job, Integer.toString(index));
  }

  /**
   * A task as it would be if it had an object. Its pods are the job's.
   *
   * @param lastPod the highest number among its pods: one that is over has no other attempt
   */
  public Task task(int index, int lastPod) {
    return task(index, lastPod, factory.task(index));
  }

  /** The same, whatever key it is made of: for whatever but the making of its pod. */
  public Task outline(int index, int lastPod) {
    return task(index, lastPod, factory.outline(index));
  }

  private Task task(int index, int lastPod, TaskSpec spec) {
    Task task = new Task();
    task.setMetadata(
        new ObjectMetaBuilder()
            .withName(nameOf(index))
            .withNamespace(job.getMetadata().getNamespace())
            .withUid(job.getMetadata().getUid())
            .withGeneration(1L)
            .withCreationTimestamp(job.getMetadata().getCreationTimestamp())
            .addToLabels(Names.INDEX, Integer.toString(index))
            .build());
    task.setSpec(spec.inJob(job.getMetadata().getName()));
    task.setStatus(statusOf(index, lastPod));
    return task;
  }

  private TaskStatus statusOf(int index, int lastPod) {
    LiveTask entry = live.get(index);
    if (entry != null) {
      return TaskView.begun(job, nameOf(index), entry);
    }
    if (!isOver(index)) {
      return TaskStatus.NEW;
    }
    FailedTask known = failures.stream().filter(f -> f.index() == index).findFirst().orElse(null);
    return TaskView.over(job, succeeded.contains(index), lastPod, known);
  }

  /** Enters what the rules of tasks say of one. */
  public void enter(int index, Task task, TaskStatus now) {
    switch (now.stateOrActive()) {
      case RUNNING, ACTIVE -> {
        // One that has never had an attempt is in no list, whatever it says.
        if (now.attempt() != null) {
          live.put(index, entry(index, now));
        }
      }
      case COMPLETED -> close(index, task, now);
    }
  }

  private static LiveTask entry(int index, TaskStatus now) {
    Attempt attempt = now.attempt();
    boolean runs = now.stateOrActive() == TaskState.RUNNING;
    Condition trouble =
        Conditions.find(now.conditions(), Conditions.READY)
            .filter(c -> !NORMAL.contains(c.reason()))
            .orElse(null);
    return new LiveTask(
        index,
        now.attempts(),
        attempt == null ? "" : attempt.podUid(),
        runs && now.nodeInfo() != null ? now.nodeInfo().nodeId() : null,
        now.execution().retryCount(),
        attempt == null ? null : attempt.disruptions(),
        attempt == null ? null : attempt.notBefore(),
        trouble == null ? null : trouble.reason(),
        trouble == null ? null : LedgerSize.cut(trouble.message(), SENTENCE));
  }

  private void close(int index, Task task, TaskStatus now) {
    ExecutionInfo info = now.execution();
    LiveTask was = live.remove(index);
    written = null;
    if (was != null && info.endTime() != null) {
      lastEnd = later(lastEnd, info.endTime());
    }
    boolean well = info.result() == TaskResult.SUCCESS;
    if (well) {
      succeeded = succeeded.add(index);
    } else {
      failed = failed.add(index);
      failures.add(failure(index, now, was));
      if (failures.size() > FAILURES) {
        failures.removeFirst();
      }
    }
    ExitConditions exits = task.getSpec().exits();
    switch (ExitRules.dependencyAction(exits, info)) {
      case SATISFY -> pardoned = well ? pardoned : pardoned.add(index);
      case BLOCK -> blocking = well ? blocking.add(index) : blocking;
      case FAIL -> {
        blocking = well ? blocking.add(index) : blocking;
        failing = failing.add(index);
      }
    }
    if (job.getSpec().performsJobActions()) {
      JobActor actor = new JobActor(index, Objects.requireNonNull(info.endTime()));
      switch (ExitRules.jobAction(exits, info)) {
        case TERMINATE -> terminates = terminates == null ? actor : terminates;
        case DISABLE -> disables = disables == null || isLater(actor, disables) ? actor : disables;
        case NONE -> {}
      }
    }
  }

  private static String later(@Nullable String one, String other) {
    return one == null || Instant.parse(one).isBefore(Instant.parse(other)) ? other : one;
  }

  private static boolean isLater(JobActor one, JobActor other) {
    return Comparator.comparing((JobActor a) -> Instant.parse(a.endTime()))
            .thenComparingInt(JobActor::index)
            .compare(one, other)
        > 0;
  }

  private static FailedTask failure(int index, TaskStatus now, @Nullable LiveTask was) {
    FailureInfo why = now.execution().failureInfo();
    String stderr =
        why == null
            ? null
            : why.details().stream()
                .filter(d -> d.name().equals("stderr"))
                .map(FailureInfo.Detail::value)
                .map(v -> LedgerSize.end(v, STDERR))
                .findFirst()
                .orElse(null);
    return new FailedTask(
        index,
        now.attempts(),
        was == null ? null : was.podUid(),
        was == null ? null : was.node(),
        now.execution().exitCode(),
        why == null ? Reason.Failed.name() : why.code(),
        why == null ? null : LedgerSize.cut(why.message(), SENTENCE),
        stderr,
        now.execution().endTime());
  }

  /** Those whose end lets others run that depend on them. */
  public Ranges satisfied() {
    return succeeded.without(blocking).union(pardoned);
  }

  /** Those whose end keeps others from running that depend on them. */
  public Ranges blocked() {
    return failed.without(pardoned).union(blocking);
  }

  /** Those whose end fails others that depend on them. */
  public Ranges failing() {
    return failing;
  }

  public @Nullable JobActor terminates() {
    return terminates;
  }

  public @Nullable JobActor disables() {
    return disables;
  }

  /** Sentences about tasks that have a node and do not get on. */
  public List<String> held() {
    return live.values().stream()
        .filter(t -> t.node() != null && t.reason() != null)
        .map(t -> nameOf(t.index()) + ": " + t.reason() + ": " + t.message())
        .toList();
  }

  /** Whether another attempt of it is to be made, now or later. */
  boolean isToRun(int index) {
    LiveTask entry = live.get(index);
    return !isOver(index) && (entry == null || entry.node() == null);
  }

  /** Whether an attempt that was planned may be entered: nothing happened to the task since. */
  public boolean takes(int index, int attempt) {
    LiveTask entry = live.get(index);
    return !isOver(index)
        && (entry == null
            ? attempt == 1 && room() > 0
            : entry.node() == null && attempt == entry.attempt() + 1);
  }

  /** The number of the attempt that would be its next. */
  public int nextAttempt(int index) {
    LiveTask entry = live.get(index);
    return entry == null ? 1 : entry.attempt() + 1;
  }
}
