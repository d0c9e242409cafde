package io.poolwright.main;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.Board;
import io.poolwright.cluster.Claims;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Factories;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.JobWorld;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.NetworkObjects;
import io.poolwright.cluster.NodeSigns;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.Preparations;
import io.poolwright.cluster.Reservations;
import io.poolwright.cluster.ScheduledJobs;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.config.OperatorConfig;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.pods.CheckPods;
import io.poolwright.pods.NodePods;
import io.poolwright.pods.SpecialPods;
import io.poolwright.pods.TaskPods;
import io.poolwright.reconcile.ApplicationPackageReconciler;
import io.poolwright.reconcile.FactoryStarts;
import io.poolwright.reconcile.FactoryTasks;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * The parts of the control plane and how they hang together, wired by hand: reconcilers, and what
 * they share.
 */
final class Parts {
  private final Board board = new Board();
  private final Wakes wakes = new Wakes();
  private final World world;
  private final Ledger ledger;
  private final FactoryTasks factoryTasks;
  private final Sweep sweep;
  private final List<Reconciler<? extends CustomResource<?, ?>>> reconcilers = new ArrayList<>();

  /**
   * @param writers bounds how many attempts are started at once
   * @param makers bounds how many inline tasks are made at once
   */
  Parts(
      KubernetesClient client,
      OperatorConfig config,
      OperatorMetrics metrics,
      Clock clock,
      String identity,
      ExecutorService writers,
      ExecutorService makers) {
    Statuses statuses = new Statuses(client);
    ledger = new Ledger(client, statuses);
    Events events = new Events(client, clock, identity);
    Pauses pauses = new Pauses();
    Factories factories = new Factories();
    FactoryPods factoryPods = new FactoryPods();
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
            factoryPods,
            preparations);
    JobWorld jobWorld =
        new JobWorld(
            world,
            board,
            factories,
            factoryPods,
            applications,
            statuses,
            pauses,
            config.startTimeout(),
            clock);
    sweep = new Sweep(world, factoryPods, preparations, ledger);
    String pull = config.imagePullPolicy().name();
    TaskPods taskPods = new TaskPods(config.image(), pull);
    JobTokens tokens = new JobTokens(client, config.jobTokens());
    Preparing preparing =
        new Preparing(
            world, preparations, applications, ledger, new SpecialPods(taskPods), wakes, clock);
    factoryTasks =
        new FactoryTasks(
            jobWorld,
            factories,
            factoryPods,
            board,
            ledger,
            statuses,
            events,
            wakes,
            pauses,
            writers,
            metrics);
    FactoryStarts factoryStarts =
        new FactoryStarts(
            world,
            factories,
            factoryTasks,
            factoryPods,
            applications,
            ledger,
            tokens,
            taskPods,
            clock,
            pauses,
            wakes,
            writers,
            metrics);
    Starts starts =
        new Starts(
            world,
            factoryStarts,
            applications,
            board,
            ledger,
            tokens,
            taskPods,
            clock,
            pauses,
            wakes,
            writers,
            metrics);
    reconcilers.add(
        new ApplicationPackageReconciler(
            world,
            board,
            applications,
            ledger,
            statuses,
            events,
            wakes,
            new CheckPods(config.image(), pull)));
    reconcilers.add(
        new PoolReconciler(
            world,
            factoryPods,
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
    reconcilers.add(
        new JobReconciler(
            world,
            jobWorld,
            factoryTasks,
            factoryPods,
            board,
            ledger,
            statuses,
            events,
            wakes,
            preparing,
            tokens,
            clock,
            makers));
    reconcilers.add(
        new JobScheduleReconciler(
            world, board, new ScheduledJobs(client), statuses, events, wakes));
    reconcilers.add(
        new TaskReconciler(world, board, ledger, statuses, events, wakes, pauses, metrics, clock));
  }

  List<Reconciler<? extends CustomResource<?, ?>>> reconcilers() {
    return List.copyOf(reconcilers);
  }

  Board board() {
    return board;
  }

  Wakes wakes() {
    return wakes;
  }

  World world() {
    return world;
  }

  Ledger ledger() {
    return ledger;
  }

  FactoryTasks factoryTasks() {
    return factoryTasks;
  }

  Sweep sweep() {
    return sweep;
  }
}
