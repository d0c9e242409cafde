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
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.Claims;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.MountWords;
import io.poolwright.cluster.PoolWorld;
import io.poolwright.cluster.Preemptible;
import io.poolwright.cluster.PruningStore;
import io.poolwright.cluster.Reservations;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.plan.pool.PoolSizing;
import io.poolwright.pods.Names;
import io.poolwright.pods.NodePods;
import io.poolwright.snapshot.PoolSeen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One pool: its nodes, and which tasks start on them. All that happens in a pool folds into one
 * look at it.
 */
@ControllerConfiguration(
    name = "pool",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class PoolReconciler implements Reconciler<Pool> {
  /** Counts of used slots change with each task: they are written at most this often. */
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  private final World world;
  private final PoolWorld poolWorld;
  private final FactoryPods factoryPods;
  private final Board board;
  private final Ledger ledger;
  private final Reservations reservations;
  private final Claims claims;
  private final Preemptible preemptible;
  private final MountWords mountWords;
  private final Networks networks;
  private final Shows shows;
  private final Starts starts;
  private final Preparing preparing;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;
  private final NodePods nodePods;
  private final Clock clock;
  private final OperatorMetrics metrics;

  private final Refusals refusals;
  private final Refusals lendRefusals;
  private final Removals removals;
  private final Map<String, Instant> progressed = new ConcurrentHashMap<>();
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  public PoolReconciler(
      World world,
      PoolWorld poolWorld,
      FactoryPods factoryPods,
      Board board,
      Ledger ledger,
      Reservations reservations,
      Claims claims,
      Preemptible preemptible,
      MountWords mountWords,
      Networks networks,
      Shows shows,
      Starts starts,
      Preparing preparing,
      Statuses statuses,
      Events events,
      Wakes wakes,
      NodePods nodePods,
      Clock clock,
      OperatorMetrics metrics) {
    this.world = world;
    this.poolWorld = poolWorld;
    this.factoryPods = factoryPods;
    this.board = board;
    this.ledger = ledger;
    this.reservations = reservations;
    this.claims = claims;
    this.preemptible = preemptible;
    this.mountWords = mountWords;
    this.networks = networks;
    this.shows = shows;
    this.starts = starts;
    this.preparing = preparing;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
    this.nodePods = nodePods;
    this.clock = clock;
    this.metrics = metrics;
    this.refusals = new Refusals(clock);
    this.lendRefusals = new Refusals(clock);
    this.removals = new Removals(ledger, claims, clock);
  }

  @Override
  public List<EventSource<?, Pool>> prepareEventSources(EventSourceContext<Pool> context) {
    var pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, Pool.class)
                .withName("node-pods")
                .withLabelSelector(Names.ROLE + "=" + Names.ROLE_NODE)
                .withNamespacesInheritedFromController()
                .withInformerListLimit(500L)
                .withItemStore(
                    PruningStore.ofPods(
                        context.getControllerConfiguration().getInformerConfig().getNamespaces()))
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(Pool.class))
                .build(),
            context);
    world.pools(context.getPrimaryCache(), pods);
    List<EventSource<?, Pool>> all = new ArrayList<>(networks.sources(context));
    all.add(pods);
    all.add(wakes.pools().of(context.getPrimaryCache()));
    return all;
  }

  @Override
  public UpdateControl<Pool> reconcile(Pool cached, Context<Pool> context) {
    if (!context.isPrimaryResourceDeleted()) {
      return look(cached);
    }
    forget(cached);
    return UpdateControl.noUpdate();
  }

  private void forget(Pool cached) {
    String uid = cached.getMetadata().getUid();
    refusals.forget(uid);
    lendRefusals.forget(uid);
    removals.forget(uid);
    progressed.remove(uid);
    told.remove(uid);
    metrics.poolGone(cached.getMetadata().getNamespace(), cached.getMetadata().getName());
    statuses.forget(uid);
    shows.forget(uid);
    networks.forget(uid);
    preemptible.forget(cached);
    mountWords.forget(uid);
    preparing.want(cached, List.of());
    board.removePool(Key.of(cached));
    world.gangs().tell(Key.of(cached), Set.of());
    world.jobsOn(cached).forEach(j -> wakes.job(Key.of(j)));
  }

  private UpdateControl<Pool> look(Pool cached) {
    Pool pool = statuses.latest(cached, Pool.class);
    if (pool.getSpec() == null) {
      Unreadable.say(statuses, pool);
      return UpdateControl.noUpdate();
    }
    if (!board.isOpen()) {
      return UpdateControl.<Pool>noUpdate().rescheduleAfter(Duration.ofMillis(200));
    }
    tellJobs(pool);
    if (pool.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    PoolSeen seen =
        mountWords.hear(
            claims.see(
                preemptible.see(
                    poolWorld.seePool(
                        pool,
                        refusals.of(pool),
                        removals.of(pool),
                        lendRefusals.of(pool),
                        networks.settle(pool)))));
    PoolPlan plan = PoolSizing.decide(seen);
    if (!plan.retains().isEmpty()) {
      seen = poolWorld.withKept(seen, plan.retains());
      plan = PoolSizing.decide(seen);
    }
    if (plan.wantsAttempts()) {
      seen = preemptible.withAttempts(seen);
      plan = PoolSizing.decide(seen);
      metrics.attemptsPreempted(preemptible.stop(pool, plan));
    }
    return carryOut(pool, seen, plan);
  }

  /** What cannot be written keeps nothing else of the plan from being done. */
  private UpdateControl<Pool> carryOut(Pool pool, PoolSeen seen, PoolPlan plan) {
    InTurn steps = new InTurn();
    boolean news = steps.ask(() -> removals.all(pool, seen, plan)).orElse(false);
    steps.take(() -> wake(pool, plan));
    Optional<Optional<String>> nodes = steps.ask(() -> create(pool, seen, plan));
    steps.take(() -> shows.all(pool, plan.show()));
    steps.take(() -> starts.all(pool, plan.assign(), seen.nodes()));
    steps.take(() -> preparing.want(pool, plan.hold()));
    steps.take(() -> world.gangs().tell(Key.of(pool), plan.scarce()).forEach(wakes::task));
    Optional<Optional<String>> lent = steps.ask(() -> lend(pool, plan));
    Optional<Optional<Duration>> again = steps.ask(() -> Optional.ofNullable(say(pool, plan)));
    news |=
        nodes
            .map(
                refused -> refusals.settle(pool, seen.refusal(), !plan.create().isEmpty(), refused))
            .orElse(false);
    if (!plan.resize().isEmpty() && lent.isPresent()) {
      // Between two tasks nothing is to be lent, and what was refused is as true as before.
      news |= lendRefusals.settle(pool, seen.lendRefusal(), true, lent.get());
    }
    steps.end();
    if (news) {
      // Said at once; what the API server says later, it may say in other words each time.
      return UpdateControl.<Pool>noUpdate().rescheduleAfter(Duration.ofMillis(1));
    }
    UpdateControl<Pool> done = UpdateControl.noUpdate();
    return again.flatMap(a -> a).map(done::rescheduleAfter).orElse(done);
  }

  /** Tasks on nodes that are on their way out. */
  private void wake(Pool pool, PoolPlan plan) {
    for (String node : plan.wake()) {
      world.tasksOn(pool, node).filter(t -> !TaskReconciler.over(t)).forEach(wakes::task);
      factoryPods.jobsOn(pool, node).forEach(wakes::job);
    }
  }

  /** Returns what the API server said where it refused a node pod. */
  private Optional<String> create(Pool pool, PoolSeen seen, PoolPlan plan) {
    String uid = pool.getMetadata().getUid();
    Optional<String> refused = Optional.empty();
    for (PoolPlan.NewNode node : plan.create()) {
      Pod pod =
          nodePods.build(pool, node.number(), node.spot(), node.keepsDirectory(), seen.packages());
      if (node.keepsDirectory()) {
        rebooted(pod, pool, node.number());
      }
      switch (ledger.create(pod, uid)) {
        case Ledger.Ours ours -> world.madeNode(ours.pod());
        case Ledger.Refused no -> refused = Optional.of(no.message());
        case Ledger.Stranger no -> refused = Optional.of(no.message());
      }
      if (refused.isPresent()) {
        break;
      }
    }
    return refused;
  }

  /** Returns what the API server said where it refused the last that it refused. */
  private Optional<String> lend(Pool pool, PoolPlan plan) {
    @Nullable String refused = null;
    for (PoolPlan.Resize resize : plan.resize()) {
      Optional<String> said =
          reservations.resize(
              pool.getMetadata().getNamespace(),
              resize.pod(),
              resize.container(),
              resize.requests());
      refused = said.orElse(refused);
    }
    return Optional.ofNullable(refused);
  }

  /** Jobs know by it that what they prepared is still there. */
  private static void rebooted(Pod pod, Pool pool, int number) {
    pool.statusOrNew().restarting().stream()
        .filter(r -> r.node() == number)
        .forEach(r -> pod.getMetadata().getAnnotations().put(Names.REBOOTED_FROM, r.uid()));
  }

  /** Returns when to look again. */
  private @Nullable Duration say(Pool pool, PoolPlan plan) {
    PoolStatus say = plan.say();
    PoolStatus was = pool.statusOrNew();
    metrics.nodes(
        pool.getMetadata().getNamespace(),
        pool.getMetadata().getName(),
        (say == null ? was : say).nodeCounts());
    if (say == null) {
      return plan.again();
    }
    boolean usedOnly =
        say.conditions().equals(was.conditions())
            && say.restarting().equals(was.restarting())
            && say.readyNodes() != null
            && say.readyNodes().equals(was.readyNodes())
            && Objects.equals(say.autoScaleRun(), was.autoScaleRun());
    Instant last = progressed.get(pool.getMetadata().getUid());
    Duration wait =
        !usedOnly || last == null
            ? Duration.ZERO
            : Duration.between(clock.instant(), last.plus(PROGRESS));
    if (wait.isPositive()) {
      return plan.again() == null || plan.again().compareTo(wait) > 0 ? wait : plan.again();
    }
    progressed.put(pool.getMetadata().getUid(), clock.instant());
    statuses.write(pool, new Pool(), say).ifPresent(p -> events.say(p, plan.events()));
    return plan.again();
  }

  private void tellJobs(Pool pool) {
    Long generation = pool.getMetadata().getGeneration();
    if (!generation.equals(told.put(pool.getMetadata().getUid(), generation))) {
      world.jobsOn(pool).forEach(j -> wakes.job(Key.of(j)));
    }
  }
}
