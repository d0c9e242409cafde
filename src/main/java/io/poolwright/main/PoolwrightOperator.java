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
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.board.Key;
import io.poolwright.cluster.PruningStore;
import io.poolwright.config.OperatorConfig;
import io.poolwright.metrics.Health;
import io.poolwright.metrics.OperatorMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
  private final Parts parts;
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
    parts = new Parts(client, config, metrics, clock, identity, writers, makers);
    operator =
        new Operator(o -> {
          configure(o, client, identity, lost);
          o.withMetrics(new ReconcileMetrics(metrics, parts.wakes()));
        });
    parts.reconcilers().forEach(this::register);
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
    parts.ledger().readAll(Job.class, config.watchNamespaces(), parts.factoryTasks()::fill);
    parts
        .ledger()
        .readAll(
            Task.class,
            config.watchNamespaces(),
            t -> parts.board().fill(t, parts.world().jobOf(t).orElse(null)));
    parts.board().open();
    parts.world().allPools().forEach(p -> parts.wakes().pool(Key.of(p)));
    // Never ends with an exception: the sweep keeps its own.
    ScheduledFuture<?> _ =
        sweeps.scheduleWithFixedDelay(
            parts.sweep(), SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
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
