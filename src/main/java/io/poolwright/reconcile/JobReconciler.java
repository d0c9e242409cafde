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
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.AutoPools;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.JobWorld;
import io.poolwright.cluster.Preemptible;
import io.poolwright.cluster.PruningStore;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.plan.Again;
import io.poolwright.plan.job.AutoPool;
import io.poolwright.plan.job.JobLife;
import io.poolwright.plan.job.JobPlan;
import io.poolwright.plan.job.Preparation;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.JobSeen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  private final World world;
  private final JobWorld jobWorld;
  private final FactoryTasks factoryTasks;
  private final FactoryPods factoryPods;
  private final Board board;
  private final InlineTasks inlineTasks;
  private final Beginnings beginnings;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;
  private final Preparing preparing;
  private final Preemptible preemptible;
  private final Listings listings;
  private final JobTokens tokens;
  private final AutoPools autoPools;
  private final Clock clock;

  /**
   * What the tasks of a job were last told of it, and when its progress was last written. Lost at a
   * restart, and then said once more.
   */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  private final Map<String, Instant> progressed = new ConcurrentHashMap<>();

  /** Jobs that had as many tasks running as may at once. */
  private final Set<String> limited = ConcurrentHashMap.newKeySet();

  public JobReconciler(
      World world,
      JobWorld jobWorld,
      FactoryTasks factoryTasks,
      FactoryPods factoryPods,
      Board board,
      InlineTasks inlineTasks,
      Beginnings beginnings,
      Statuses statuses,
      Events events,
      Wakes wakes,
      Preparing preparing,
      Preemptible preemptible,
      Listings listings,
      JobTokens tokens,
      AutoPools autoPools,
      Clock clock) {
    this.world = world;
    this.jobWorld = jobWorld;
    this.factoryTasks = factoryTasks;
    this.factoryPods = factoryPods;
    this.board = board;
    this.inlineTasks = inlineTasks;
    this.beginnings = beginnings;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
    this.preparing = preparing;
    this.preemptible = preemptible;
    this.listings = listings;
    this.tokens = tokens;
    this.autoPools = autoPools;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, Job>> prepareEventSources(EventSourceContext<Job> context) {
    world.jobs(context.getPrimaryCache());
    preemptible.jobs(context.getPrimaryCache());
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
    return List.of(
        pods,
        preparing.source(context),
        listings.source(context),
        wakes.jobs().of(context.getPrimaryCache()));
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
    limited.remove(cached.getMetadata().getUid());
    inlineTasks.forget(cached);
    beginnings.forget(cached);
    preparing.forget(cached);
    listings.forget(cached);
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
    Listings.Settled files = listings.settle(looked.job());
    Duration own = decide(looked.job(), new Besides(settled.get(), files.seen(), null));
    UpdateControl<Job> done = UpdateControl.noUpdate();
    Duration besides = Again.sooner(settled.get().again(), files.again());
    Duration again = Again.sooner(Again.sooner(own, besides), looked.again());
    return again == null ? done : done.rescheduleAfter(again);
  }

  /**
   * What is done for the job besides its tasks.
   *
   * @param refused why its pool cannot be made; null where that is not known
   */
  private record Besides(Preparing.Settled prepared, FilesSeen files, @Nullable String refused) {}

  private JobSeen see(Job job, Besides besides) {
    JobSeen seen =
        jobWorld
            .seeJob(job, inlineTasks.unmade(job))
            .with(besides.prepared().seen(), besides.files());
    String refused = besides.refused();
    return refused == null ? seen : seen.with(AutoPool.refused(refused));
  }

  /** Returns when to look again. */
  private @Nullable Duration decide(Job job, Besides besides) {
    if (!JobLife.decide(see(job, besides)).settles(job)) {
      return decideAnew(job, besides, false);
    }
    Optional<Beginnings.Hold> quiet = beginnings.close(job);
    if (quiet.isEmpty()) {
      return LATE;
    }
    try (Beginnings.Hold _ = quiet.get()) {
      return decideAnew(job, besides, true);
    }
  }

  /**
   * @param quiet whether no attempt can begin meanwhile; otherwise what has changed since that was
   *     asked does not settle the job
   */
  private @Nullable Duration decideAnew(Job job, Besides besides, boolean quiet) {
    JobSeen seen = see(job, besides);
    JobPlan plan = JobLife.decide(seen);
    if (plan.ends(job)) {
      // For good: a task whose own look is late, as one that stands still in a write is, must not
      // be counted as what it was before.
      if (!catchUp(job)) {
        return LATE;
      }
      seen = see(job, besides);
      plan = JobLife.decide(seen);
    }
    // What becomes of the pool does not keep the job from being said, nor from its end.
    @Nullable RuntimeException failed = null;
    if (plan.pool() != null) {
      try {
        Optional<String> refused = autoPools.apply(plan.pool());
        if (refused.isPresent()) {
          // That may be its end, and is counted for like any other.
          return decide(job, new Besides(besides.prepared(), besides.files(), refused.get()));
        }
        if (plan.pool() instanceof AutoPool.Make) {
          // The job goes on when it is heard of.
          return LATE;
        }
      } catch (RuntimeException e) {
        failed = e;
      }
    }
    Duration again = plan.settles(job) && !quiet ? LATE : carryOut(job, besides, seen, plan);
    if (failed != null) {
      throw failed;
    }
    return again;
  }

  private @Nullable Duration carryOut(Job job, Besides besides, JobSeen seen, JobPlan plan) {
    if (!inlineTasks.make(job, seen.inline(), plan.create())) {
      JobPlan without = JobLife.decide(see(job, besides));
      if (without.settles(job)) {
        // Since it was looked at, and not counted for that.
        return LATE;
      }
      say(job, without);
      return without.again();
    }
    Duration wait = plan.progressOnly() ? untilProgress(job) : Duration.ZERO;
    if (wait.isPositive()) {
      return wait;
    }
    say(job, plan).ifPresent(now -> events.say(now, besides.prepared().events()));
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
        inlineTasks.fill(statuses.latest(task, Task.class), job);
      }
    }
    return heard;
  }

  private Duration untilProgress(Job job) {
    Instant last = progressed.get(job.getMetadata().getUid());
    return last == null ? Duration.ZERO : Duration.between(clock.instant(), last.plus(PROGRESS));
  }

  private Optional<Job> say(Job job, JobPlan plan) {
    if (plan.say() == null) {
      return Optional.empty();
    }
    Optional<Job> now = factoryTasks.write(job, plan.say());
    now.ifPresent(j -> {
      progressed.put(j.getMetadata().getUid(), clock.instant());
      events.say(j, plan.events());
      tellTasks(j);
      preparing.said(job, j);
      wakes.job(Key.of(j));
    });
    return now;
  }

  /** The first time only: each task that waits says so by a write, and goes on saying it. */
  private boolean limited(Job job) {
    String uid = job.getMetadata().getUid();
    if (board.isAtLimit(job)) {
      limited.add(uid);
    }
    return limited.contains(uid);
  }

  /**
   * Tasks decide from their job and its pool: they look again when either changes in what matters
   * to them.
   */
  private void tellTasks(Job job) {
    if (job.getSpec() == null) {
      return;
    }
    Pool pool = world.pool(job.getMetadata().getNamespace(), JobPool.name(job)).orElse(null);
    String news =
        job.getMetadata().getGeneration()
            + " "
            + job.stateOrActive()
            + " "
            + Preparation.trouble(job).isPresent()
            + " "
            + limited(job)
            + " "
            + (pool == null
                ? "none"
                : pool.getMetadata().getUid() + pool.getMetadata().getGeneration());
    if (!news.equals(told.put(job.getMetadata().getUid(), news))) {
      world.tasksOf(job).stream().filter(t -> !TaskReconciler.over(t)).forEach(wakes::task);
      wakes.scheduleOf(job);
      // Its limit of parallel tasks may be another one.
      wakes.pool(new Key(job.getMetadata().getNamespace(), JobPool.name(job)));
    }
  }
}
