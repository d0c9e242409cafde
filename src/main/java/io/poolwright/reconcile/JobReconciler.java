package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.cluster.Board;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.JobWorld;
import io.poolwright.cluster.Key;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.PruningStore;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.plan.Again;
import io.poolwright.plan.job.JobLife;
import io.poolwright.plan.job.JobPlan;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.plan.job.Preparation;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.JobSeen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One job: its inline tasks, its counts, its end. */
@ControllerConfiguration(
    name = "job",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class JobReconciler implements Reconciler<Job> {
  /**
   * Progress is written at most this often: a job of thousands of tasks must not write its status
   * for each of them.
   */
  private static final Duration PROGRESS = Duration.ofSeconds(1);

  /** What we wrote ourselves is on its way back to us. */
  private static final Duration LATE = Duration.ofMillis(100);

  /** While somebody else's object has an inline task's name. */
  private static final Duration CONFLICT_PAUSE = Duration.ofSeconds(15);

  private final World world;
  private final JobWorld jobWorld;
  private final FactoryTasks factoryTasks;
  private final FactoryPods factoryPods;
  private final Board board;
  private final Ledger ledger;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;
  private final Preparing preparing;
  private final JobTokens tokens;
  private final Clock clock;
  private final ExecutorService makers;

  /**
   * What the tasks of a job were last told of it, and when its progress was last written. Lost at a
   * restart, and then said once more.
   */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  private final Map<String, Instant> progressed = new ConcurrentHashMap<>();

  /**
   * @param makers bounds how many inline tasks are made at once
   */
  public JobReconciler(
      World world,
      JobWorld jobWorld,
      FactoryTasks factoryTasks,
      FactoryPods factoryPods,
      Board board,
      Ledger ledger,
      Statuses statuses,
      Events events,
      Wakes wakes,
      Preparing preparing,
      JobTokens tokens,
      Clock clock,
      ExecutorService makers) {
    this.world = world;
    this.jobWorld = jobWorld;
    this.factoryTasks = factoryTasks;
    this.factoryPods = factoryPods;
    this.board = board;
    this.ledger = ledger;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
    this.preparing = preparing;
    this.tokens = tokens;
    this.clock = clock;
    this.makers = makers;
  }

  @Override
  public List<EventSource<?, Job>> prepareEventSources(EventSourceContext<Job> context) {
    world.jobs(context.getPrimaryCache());
    var pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, Job.class)
                .withName("factory-pods")
                .withLabelSelector(Names.ROLE + "=" + Names.ROLE_TASK + "," + Names.INDEX)
                .withNamespacesInheritedFromController()
                .withInformerListLimit(500L)
                .withItemStore(
                    PruningStore.ofPods(
                        context.getControllerConfiguration().getInformerConfig().getNamespaces()))
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(Job.class))
                .build(),
            context);
    factoryPods.source(pods);
    return List.of(pods, preparing.source(context), wakes.jobs().of(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<Job> reconcile(Job cached, Context<Job> context) {
    if (!context.isPrimaryResourceDeleted()) {
      return look(cached);
    }
    forget(cached);
    return UpdateControl.noUpdate();
  }

  private void forget(Job cached) {
    told.remove(cached.getMetadata().getUid());
    progressed.remove(cached.getMetadata().getUid());
    preparing.forget(cached);
    tokens.forget(cached.getMetadata().getUid());
    statuses.forget(cached.getMetadata().getUid());
    factoryTasks.forget(cached);
    world.tasksOf(cached).forEach(wakes::task);
    wakes.scheduleOf(cached);
  }

  private UpdateControl<Job> look(Job cached) {
    Job job = statuses.latest(cached, Job.class);
    if (job.getSpec() == null) {
      Unreadable.say(statuses, job);
      return UpdateControl.noUpdate();
    }
    if (!board.isOpen()) {
      // Counts would be too small, and a job could end before its tasks have.
      return UpdateControl.<Job>noUpdate().rescheduleAfter(Duration.ofMillis(200));
    }
    tellTasks(job);
    FactoryTasks.Looked looked = factoryTasks.look(job);
    Optional<Preparing.Settled> settled = preparing.settle(looked.job());
    if (settled.isEmpty()) {
      return UpdateControl.noUpdate();
    }
    Duration own = decide(looked.job(), settled.get());
    UpdateControl<Job> done = UpdateControl.noUpdate();
    Duration again = Again.sooner(Again.sooner(own, settled.get().again()), looked.again());
    return again == null ? done : done.rescheduleAfter(again);
  }

  /** Returns when to look again. */
  private @Nullable Duration decide(Job job, Preparing.Settled settled) {
    JobSeen seen = jobWorld.seeJob(job, null).with(settled.seen());
    JobPlan plan = JobLife.decide(seen);
    if (plan.ends(job)) {
      // For good: a task whose own look is late, as one that stands still in a write is, must not
      // be counted as what it was before.
      if (!catchUp(job)) {
        return LATE;
      }
      seen = jobWorld.seeJob(job, null).with(settled.seen());
      plan = JobLife.decide(seen);
    }
    String conflict = create(job, seen.inline(), plan.create());
    if (conflict != null) {
      say(job, JobLife.decide(jobWorld.seeJob(job, conflict).with(settled.seen())));
      return CONFLICT_PAUSE;
    }
    Duration wait = plan.progressOnly() ? untilProgress(job) : Duration.ZERO;
    if (wait.isPositive()) {
      return wait;
    }
    say(job, plan).ifPresent(now -> events.say(now, settled.events()));
    return job.stateOrActive() == JobState.COMPLETED ? null : plan.again();
  }

  /**
   * Returns whether the cache has all that we wrote of the job's tasks. It hears of tasks in the
   * order of their writes: where it does not know yet that one has ended, it may not know those
   * either which that one made before.
   */
  private boolean catchUp(Job job) {
    boolean heard = true;
    for (Task task : world.tasksOf(job)) {
      if (task.getSpec() != null) {
        heard &= !statuses.isAheadOf(task);
        fill(statuses.latest(task, Task.class), job);
      }
    }
    return heard;
  }

  /** What the task's own reconciler put there meanwhile is newer. */
  private void fill(Task task, Job job) {
    String namespace = job.getMetadata().getNamespace();
    board.fill(task, job).tasks().forEach(t -> wakes.task(new Key(namespace, t)));
  }

  private Duration untilProgress(Job job) {
    Instant last = progressed.get(job.getMetadata().getUid());
    return last == null ? Duration.ZERO : Duration.between(clock.instant(), last.plus(PROGRESS));
  }

  /** Returns what is in the way, if something is. */
  private @Nullable String create(Job job, List<TaskSpec> inline, List<Integer> places) {
    List<Future<Boolean>> made;
    try {
      made =
          makers.invokeAll(
              places.stream()
                  .<Callable<Boolean>>map(p -> () -> make(job, inline.get(p), p))
                  .toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while tasks were made", e);
    }
    for (int i = 0; i < made.size(); i++) {
      if (made.get(i).state() != Future.State.SUCCESS) {
        throw new IllegalStateException("a task could not be made", made.get(i).exceptionNow());
      }
      if (!made.get(i).resultNow()) {
        return OwnTasks.field(job, places.get(i))
            + ": a Task named "
            + nameOf(job, inline.get(places.get(i)))
            + " exists and does not belong to this job; delete it, or choose another id";
      }
    }
    return null;
  }

  /** Returns whether the task is there and the job's. */
  private boolean make(Job job, TaskSpec spec, int place) {
    String uid = job.getMetadata().getUid();
    Task task =
        world
            .task(job.getMetadata().getNamespace(), nameOf(job, spec))
            .filter(t -> Owners.own(t, uid))
            .orElseGet(() -> ledger.createInline(job, spec, place));
    if (task == null) {
      return false;
    }
    // Known at once: the job's end is decided from these counts.
    fill(task, job);
    return true;
  }

  private static String nameOf(Job job, TaskSpec spec) {
    return Names.inlineTask(job.getMetadata().getName(), String.valueOf(spec.id()));
  }

  private Optional<Job> say(Job job, JobPlan plan) {
    if (plan.say() == null) {
      return Optional.empty();
    }
    Optional<Job> now = statuses.write(job, new Job(), plan.say());
    now.ifPresent(j -> {
      progressed.put(j.getMetadata().getUid(), clock.instant());
      events.say(j, plan.events());
      tellTasks(j);
      preparing.said(job, j);
      wakes.job(Key.of(j));
    });
    return now;
  }

  /**
   * Tasks decide from their job and its pool: they look again when either changes in what matters
   * to them.
   */
  private void tellTasks(Job job) {
    if (job.getSpec() == null) {
      return;
    }
    Pool pool =
        world
            .pool(job.getMetadata().getNamespace(), job.getSpec().poolInfo().poolId())
            .orElse(null);
    String news =
        job.getMetadata().getGeneration()
            + " "
            + job.stateOrActive()
            + " "
            + Preparation.trouble(job).isPresent()
            + " "
            + (pool == null
                ? "none"
                : pool.getMetadata().getUid() + pool.getMetadata().getGeneration());
    if (!news.equals(told.put(job.getMetadata().getUid(), news))) {
      world.tasksOf(job).stream().filter(t -> !TaskReconciler.over(t)).forEach(wakes::task);
      wakes.scheduleOf(job);
      // Its limit of parallel tasks may be another one.
      wakes.pool(new Key(job.getMetadata().getNamespace(), job.getSpec().poolInfo().poolId()));
    }
  }
}
