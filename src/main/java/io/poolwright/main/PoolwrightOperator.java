package io.poolwright.main;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.Board;
import io.poolwright.cluster.Claims;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Key;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.NetworkObjects;
import io.poolwright.cluster.NodeSigns;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.Preparations;
import io.poolwright.cluster.PruningStore;
import io.poolwright.cluster.Reservations;
import io.poolwright.cluster.ScheduledJobs;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.config.OperatorConfig;
import io.poolwright.metrics.Health;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.pods.CheckPods;
import io.poolwright.pods.NodePods;
import io.poolwright.pods.SpecialPods;
import io.poolwright.pods.TaskPods;
import io.poolwright.reconcile.ApplicationPackageReconciler;
import io.poolwright.reconcile.JobReconciler;
import io.poolwright.reconcile.JobScheduleReconciler;
import io.poolwright.reconcile.Networks;
import io.poolwright.reconcile.PoolReconciler;
import io.poolwright.reconcile.Preparing;
import io.poolwright.reconcile.Shows;
import io.poolwright.reconcile.Starts;
import io.poolwright.reconcile.Sweep;
import io.poolwright.reconcile.TaskReconciler;
import io.poolwright.reconcile.Wakes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane, wired by hand: four reconcilers, their common board and ledger, and who leads.
 */
public final class PoolwrightOperator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolwrightOperator.class);
  private static final int RECONCILES_AT_ONCE = 16;
  private static final int STARTS_AT_ONCE = 32;

  /** Fewer than starts: a large job must not keep those that are there from starting. */
  private static final int TASKS_MADE_AT_ONCE = 16;

  /**
   * Reconcilers change nothing that a cache gave them, so none of it needs to be copied for each
   * look, which the framework does by writing it as JSON and reading that.
   */
  private static final Cloner AS_IT_IS =
      new Cloner() {
        @Override
        public <R extends HasMetadata> R clone(R object) {
          return object;
        }
      };

  private static final Duration SWEEP = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration DEAF = Duration.ofMinutes(5);
  private static final Duration CACHE_SYNC = Duration.ofMinutes(5);

  private final OperatorConfig config;
  private final Board board = new Board();
  private final Wakes wakes = new Wakes();
  private final World world;
  private final Ledger ledger;
  private final Runnable lost;
  private final Operator operator;
  private final ExecutorService reconciles =
      Executors.newFixedThreadPool(
          RECONCILES_AT_ONCE, Thread.ofPlatform().name("reconcile-", 0).factory());
  private final ExecutorService writers =
      Executors.newFixedThreadPool(STARTS_AT_ONCE, Thread.ofVirtual().factory());
  private final ExecutorService makers =
      Executors.newFixedThreadPool(TASKS_MADE_AT_ONCE, Thread.ofVirtual().factory());
  private final ScheduledExecutorService sweeps =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweep").factory());
  private final Sweep sweep;
  private final Preparing preparing;
  private final Clock clock;
  private volatile boolean started;
  private volatile boolean closing;
  private volatile @Nullable Instant deafSince;

  /**
   * @param identity this process among several that may lead
   * @param lost run when another process leads or this one has gone blind: it must stop writing at
   *     once
   */
  public PoolwrightOperator(
      KubernetesClient client,
      OperatorConfig config,
      OperatorMetrics metrics,
      Clock clock,
      String identity,
      Runnable lost) {
    this.config = config;
    this.lost = lost;
    this.clock = clock;
    Statuses statuses = new Statuses(client);
    ledger = new Ledger(client, statuses);
    Events events = new Events(client, clock, identity);
    Pauses pauses = new Pauses();
    Applications applications = new Applications(clock, config.startTimeout(), statuses);
    Preparations preparations = new Preparations(client, board, clock, config.startTimeout());
    world =
        new World(
            clock,
            config.startTimeout(),
            config.samplePeriod(),
            statuses,
            board,
            pauses,
            applications,
            preparations);
    sweep = new Sweep(world, ledger);
    String pull = config.imagePullPolicy().name();
    TaskPods taskPods = new TaskPods(config.image(), pull);
    preparing =
        new Preparing(
            world, preparations, applications, ledger, new SpecialPods(taskPods), wakes, clock);
    Starts starts =
        new Starts(
            world,
            applications,
            board,
            ledger,
            taskPods,
            clock,
            pauses,
            wakes,
            writers,
            metrics);
    operator =
        new Operator(o -> {
          configure(o, client, identity, lost);
          o.withMetrics(new ReconcileMetrics(metrics, wakes));
        });
    register(
        new ApplicationPackageReconciler(
            world,
            board,
            applications,
            ledger,
            statuses,
            events,
            wakes,
            new CheckPods(config.image(), pull)));
    register(
        new PoolReconciler(
            world,
            board,
            ledger,
            new Reservations(client),
            new Claims(client),
            new Networks(new NetworkObjects(client), config.isolatePools(), clock),
            new Shows(world, new NodeSigns(client, clock), events, writers),
            starts,
            preparing,
            statuses,
            events,
            wakes,
            new NodePods(config.image(), pull),
            clock,
            metrics));
    register(
        new JobReconciler(
            world, board, ledger, statuses, events, wakes, preparing, clock, makers));
    register(
        new JobScheduleReconciler(
            world, board, new ScheduledJobs(client), statuses, events, wakes));
    register(new TaskReconciler(world, board, ledger, statuses, events, wakes, pauses, metrics));
  }

  private void configure(
      ConfigurationServiceOverrider o, KubernetesClient client, String identity, Runnable lost) {
    o.withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withResourceCloner(AS_IT_IS)
        .withExecutorService(reconciles)
        // The default ends the process from a thread that its own end waits for.
        .withInformerStoppedHandler((_, cause) -> informerStopped(cause, lost))
        // An API server that is only just coming up is tried again; takeOver waits for it.
        .withStopOnInformerErrorDuringStartup(false)
        .withCacheSyncTimeout(CACHE_SYNC)
        .withReconciliationTerminationTimeout(STOP)
        .withUseSSAToPatchPrimaryResource(false)
        .checkingCRDAndValidateLocalModel(false);
    if (config.leaderElection()) {
      o.withLeaderElectionConfiguration(leaderElection(identity, lost));
    }
  }

  private LeaderElectionConfiguration leaderElection(String identity, Runnable lost) {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("poolwright-operator")
        .withLeaseNamespace(config.namespace())
        .withIdentity(identity)
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(new LeaderCallbacks(this::lead, () -> stopLeading(lost), leader -> {}))
        .build();
  }

  /**
   * Without its informer a reconciler sees nothing any more: the process ends, and what starts in
   * its place lists anew.
   */
  private void informerStopped(@Nullable Throwable cause, Runnable lost) {
    if (!closing && cause != null) {
      LOG.atError().setCause(cause).log("an informer has stopped; this process ends");
      lost.run();
    }
  }

  private void stopLeading(Runnable lost) {
    if (!closing) {
      lost.run();
    }
  }

  private <R extends CustomResource<?, ?>> void register(Reconciler<R> reconciler) {
    operator.register(reconciler, this::configure);
  }

  private <R extends CustomResource<?, ?>> void configure(ControllerConfigurationOverrider<R> o) {
    o.withInformerListLimit(500L)
        .withItemStore(PruningStore.ofResources(config.watchNamespaces()))
        // The interval's timers are never collected; what has to be looked at again is rescheduled
        // by its own plan.
        .withReconciliationMaxInterval(null)
        .withRetry(
            new GenericRetry()
                .withoutMaxAttempts()
                .setInitialInterval(500)
                .setIntervalMultiplier(1.6)
                .setMaxInterval(15_000));
    if (!config.watchNamespaces().isEmpty()) {
      o.settingNamespaces(config.watchNamespaces());
    }
  }

  /**
   * Starts the informers, and the work where nobody has to be asked who leads. Returns when the
   * caches are filled.
   */
  public void start() {
    operator.start();
    started = true;
    if (!config.leaderElection()) {
      lead();
    }
  }

  /** Off the thread that keeps the lead: reading all tasks may take longer than a lease lasts. */
  private void lead() {
    sweeps.execute(this::leadNow);
  }

  private void leadNow() {
    try {
      takeOver();
    } catch (RuntimeException e) {
      if (!closing) {
        LOG.atError().setCause(e).log("could not take over; this process ends");
        lost.run();
      }
    }
  }

  private void takeOver() {
    if (!started || !synced()) {
      // What is not heard of must not look absent. Liveness ends a wait that never ends.
      ScheduledFuture<?> _ = sweeps.schedule(this::leadNow, 200, TimeUnit.MILLISECONDS);
      return;
    }
    ledger.readAll(
        config.watchNamespaces(),
        t ->
            board.fill(
                t, world.job(t.getMetadata().getNamespace(), t.getSpec().jobId()).orElse(null)));
    board.open();
    world.allPools().forEach(p -> wakes.pool(Key.of(p)));
    // Neither ends with an exception: each keeps its own.
    for (Runnable each : List.of(sweep, preparing)) {
      ScheduledFuture<?> _ =
          sweeps.scheduleWithFixedDelay(
              each, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * An API server that is away is no reason to start anew; not hearing from one that is there would
   * be.
   */
  public Health live() {
    Health hears = ready();
    if (!started || hears.ok()) {
      deafSince = null;
      return Health.well();
    }
    Instant before = deafSince;
    Instant since = before == null ? clock.instant() : before;
    deafSince = since;
    return since.plus(DEAF).isAfter(clock.instant()) ? Health.well() : hears;
  }

  private boolean synced() {
    for (Map<String, ?> sources :
        operator.getRuntimeInfo().unhealthyInformerWrappingEventSourceHealthIndicator().values()) {
      for (Object each : sources.values()) {
        if (each instanceof InformerWrappingEventSourceHealthIndicator<?> source
            && !source.informerHealthIndicators().values().stream()
                .allMatch(InformerHealthIndicator::hasSynced)) {
          return false;
        }
      }
    }
    return true;
  }

  public Health ready() {
    if (!started) {
      return Health.ill("the caches are being filled");
    }
    return operator.getRuntimeInfo().allEventSourcesAreHealthy()
        ? Health.well()
        : Health.ill(
            "these do not hear from the API server: "
                + operator.getRuntimeInfo().unhealthyEventSources().keySet());
  }

  @Override
  public void close() {
    closing = true;
    sweeps.shutdownNow();
    operator.stop();
    writers.shutdownNow();
    makers.shutdownNow();
    reconciles.shutdownNow();
  }
}
