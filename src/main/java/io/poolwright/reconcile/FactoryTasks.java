package io.poolwright.reconcile;

import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.Pool;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Factories;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.JobWorld;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.LostList;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.UnreadList;
import io.poolwright.factory.Factory;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.plan.Again;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.factory.FactoryLife;
import io.poolwright.plan.factory.FactoryPlan;
import io.poolwright.plan.job.JobLife;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.pods.JobPool;
import io.poolwright.snapshot.FactorySeen;
import io.poolwright.snapshot.ListTrouble;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of jobs' factories: their pods, and the ledger in the status of their job. One write
 * tells the ends of all tasks of a look.
 */
public final class FactoryTasks {
  private final JobWorld world;
  private final Factories factories;
  private final FactoryPods pods;
  private final Board board;
  private final Ledger ledger;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;
  private final Pauses pauses;
  private final ExecutorService writers;
  private final OperatorMetrics metrics;

  /**
   * A look and a start of the same job write the same status. Taking turns saves both a conflict;
   * what makes them right is the resourceVersion.
   */
  private final Map<String, Object> turns = new ConcurrentHashMap<>();

  public FactoryTasks(
      JobWorld world,
      Factories factories,
      FactoryPods pods,
      Board board,
      Ledger ledger,
      Statuses statuses,
      Events events,
      Wakes wakes,
      Pauses pauses,
      ExecutorService writers,
      OperatorMetrics metrics) {
    this.world = world;
    this.factories = factories;
    this.pods = pods;
    this.board = board;
    this.ledger = ledger;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
    this.pauses = pauses;
    this.writers = writers;
    this.metrics = metrics;
  }

  /**
   * @param job as it is now
   * @param again when the tasks have to be looked at again; null for no need
   */
  record Looked(Job job, @Nullable Duration again) {}

  /** Does nothing for a job without a factory. */
  Looked look(Job job) {
    Board.@Nullable Change change = board.removeFactoryOfAnother(job);
    if (change != null) {
      // Of a job of the same name, gone before.
      wake(change);
    }
    Optional<Factory> factory = factories.of(job);
    if (factory.isEmpty()) {
      return new Looked(job, null);
    }
    try {
      return look(job, factory.get(), null);
    } catch (LostList e) {
      factories.lost(job, e);
      return look(job, factory.get(), null);
    } catch (UnreadList e) {
      return look(job, factory.get(), new ListTrouble(e.sentence(), false));
    }
  }

  /**
   * @param unread why the keys of its tasks cannot be read now; null where nobody knows of that
   */
  private Looked look(Job cached, Factory factory, @Nullable ListTrouble unread) {
    synchronized (turn(cached)) {
      Job job = world.now(cached);
      FactorySeen found = world.seeFactory(job, factory);
      FactorySeen seen = unread == null ? found : found.with(unread);
      FactoryPlan plan = FactoryLife.decide(seen, factory);
      // One pod that cannot be changed does not keep what is known of the others from being
      // written; the look is tried again for it.
      @Nullable RuntimeException failed = tryToApply(job, plan.steps());
      Set<Integer> gone = gone(job, plan.asks());
      if (!gone.isEmpty()) {
        plan = FactoryLife.decide(seen.withGone(gone), factory);
        @Nullable RuntimeException again = tryToApply(job, plan.steps());
        failed = failed == null ? again : failed;
      }
      Looked looked = say(job, seen, plan, factory);
      if (failed != null) {
        throw failed;
      }
      return looked;
    }
  }

  private @Nullable RuntimeException tryToApply(Job job, List<TaskPlan.Step> steps) {
    try {
      apply(job, steps);
      return null;
    } catch (IllegalStateException e) {
      return e;
    }
  }

  /** The first plan is the one that is noted: the second looks only at what has just changed. */
  private Looked say(Job job, FactorySeen seen, FactoryPlan plan, Factory factory) {
    if (!plan.changed()) {
      note(job, plan, factory);
      return new Looked(job, plan.again());
    }
    Optional<Job> written = write(job, plan.ledger());
    if (written.isEmpty()) {
      // Changed in between: its event makes the next look.
      return new Looked(job, plan.again());
    }
    count(job, written.get(), factory);
    if (!plan.events().isEmpty()) {
      events.say(written.get(), plan.events());
    }
    FactoryPlan after = FactoryLife.decide(seen.after(written.get(), plan.moved()), factory);
    note(written.get(), plan, factory);
    apply(written.get(), after.steps());
    return new Looked(written.get(), Again.sooner(plan.again(), after.again()));
  }

  /** Takes what runs of a job's factory, before anything is decided. */
  public void fill(Job job) {
    factories.of(job).ifPresent(f -> note(job, FactoryPlan.idle(new FactoryLedger(job, f)), f));
  }

  /**
   * Writes the job's status where no start has written it since the job was seen. A write in
   * between would have a start's own refused, and its pods made in vain. Empty where the job is not
   * as seen.
   */
  Optional<Job> write(Job seen, JobStatus status) {
    synchronized (turn(seen)) {
      String version = world.now(seen).getMetadata().getResourceVersion();
      return version.equals(seen.getMetadata().getResourceVersion())
          ? statuses.write(seen, new Job(), status)
          : Optional.empty();
    }
  }

  private Object turn(Job job) {
    return turns.computeIfAbsent(job.getMetadata().getUid(), k -> new Object());
  }

  private void apply(Job job, List<TaskPlan.Step> steps) {
    String namespace = job.getMetadata().getNamespace();
    AtOnce.all(
        writers,
        steps,
        step -> {
          switch (step) {
            case TaskPlan.LetGo go -> ledger.letGo(namespace, go.pod().name(), go.pod().uid());
            case TaskPlan.Release release ->
                ledger.release(namespace, release.pod(), release.delete());
            case TaskPlan.Stop stop ->
                ledger.delete(namespace, stop.pod().name(), stop.pod().uid());
            case TaskPlan.AskForPod ask -> throw new IllegalStateException("asked apart: " + ask);
          }
          return true;
        });
  }

  private Set<Integer> gone(Job job, List<FactoryPlan.Ask> asks) {
    Set<Integer> gone = new HashSet<>();
    for (FactoryPlan.Ask ask : asks) {
      if (ledger.isGone(job.getMetadata().getNamespace(), ask.pod().name(), ask.pod().uid())) {
        gone.add(ask.index());
      }
    }
    return gone;
  }

  /** A job that is gone meanwhile would stay on the board: nothing would take it off. */
  private void note(Job job, FactoryPlan plan, Factory factory) {
    if (!world.isThere(job)) {
      return;
    }
    wake(board.put(job, plan, factory.size() == 0 ? 1 : factory.outline(0).slots()));
  }

  private void wake(Board.Change change) {
    change.tasks().forEach(t -> wakes.task(new Key(change.job().namespace(), t)));
    if (change.any() && change.pool() != null) {
      wakes.pool(change.pool());
    }
  }

  /**
   * Writes the ledger with the counts that follow from it, on condition that the job is as seen.
   */
  private Optional<Job> write(Job job, FactoryLedger page) {
    Key key = Key.of(job);
    FactoryStatus status = page.status();
    TaskCounts counts = page.counts();
    TaskCounts tasks = board.objects(key).plus(counts);
    int slots = counts.total() == 0 ? 1 : page.outline(0, 0).getSpec().slots();
    JobStatus now =
        job.statusOrNew()
            .with(
                status,
                tasks,
                board.objectSlots(key).plus(counts.times(slots)),
                tasks.completed() + "/" + tasks.total());
    return statuses.write(job, new Job(), now);
  }

  /** Tasks that have objects are counted by their own reconciler. */
  private void count(Job before, Job after, Factory factory) {
    TaskCounts was = new FactoryLedger(before, factory).counts();
    TaskCounts is = new FactoryLedger(after, factory).counts();
    metrics.tasksCompleted("success", is.succeeded() - was.succeeded());
    metrics.tasksCompleted("failure", is.failed() - was.failed());
  }

  /** Whether tasks of the job may start on the pool. */
  static boolean mayStart(Job job, Pool pool) {
    return JobLife.runsTasks(job) && JobPool.name(job).equals(pool.getMetadata().getName());
  }

  /**
   * Enters attempts that begin on the pool, while no look does. Empty where the job was changed in
   * between.
   *
   * @param enter returns whether it entered anything
   */
  Optional<Job> intend(
      Job cached, Pool pool, Factory factory, Function<FactoryLedger, Boolean> enter) {
    synchronized (turn(cached)) {
      Job job = world.now(cached);
      FactoryLedger page = new FactoryLedger(job, factory);
      // The pods took their time: the job may be over since.
      if (!mayStart(job, pool) || !enter.apply(page)) {
        return Optional.empty();
      }
      Optional<Job> written = write(job, page);
      written.ifPresent(j -> {
        count(job, j, factory);
        noteBegun(j, factory);
      });
      return written;
    }
  }

  /** The attempts are written: what cannot be read now is the next look's to tell. */
  private void noteBegun(Job job, Factory factory) {
    try {
      note(job, FactoryLife.decide(world.seeFactory(job, factory), factory), factory);
    } catch (UnreadList | LostList e) {
      wakes.job(Key.of(job));
    }
  }

  /** Pods of a job that is gone are let go: nothing that they could say is asked for any more. */
  void forget(Job job) {
    String namespace = job.getMetadata().getNamespace();
    synchronized (turn(job)) {
      Board.@Nullable Change change = board.removeFactory(job);
      if (change != null) {
        wake(change);
      }
    }
    turns.remove(job.getMetadata().getUid());
    pauses.forget(job.getMetadata().getUid());
    factories.forget(job);
    AtOnce.all(
        writers,
        pods.of(job),
        p -> {
          ledger.release(namespace, PodReader.read(p), true);
          return true;
        });
  }

  /** Tasks that failed without an attempt. */
  void tellFailed(Job job, int count, String first) {
    String message = count + " task(s) failed; the first is " + first;
    events.say(job, List.of(new EventToSay(true, Reason.Failed, message)));
  }
}
