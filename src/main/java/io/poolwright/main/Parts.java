package io.poolwright.main;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.poolwright.board.Board;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.AutoPools;
import io.poolwright.cluster.Claims;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Factories;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.FileLists;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.JobWorld;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.MountWords;
import io.poolwright.cluster.NetworkObjects;
import io.poolwright.cluster.NodeSigns;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.PoolWorld;
import io.poolwright.cluster.Preemptible;
import io.poolwright.cluster.Preparations;
import io.poolwright.cluster.Reservations;
import io.poolwright.cluster.ScheduledJobs;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.TaskObjects;
import io.poolwright.cluster.World;
import io.poolwright.config.OperatorConfig;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.pods.CheckPods;
import io.poolwright.pods.ListPods;
import io.poolwright.pods.NodePods;
import io.poolwright.pods.SpecialPods;
import io.poolwright.pods.TaskPods;
import io.poolwright.reconcile.ApplicationPackageReconciler;
import io.poolwright.reconcile.Beginnings;
import io.poolwright.reconcile.FactoryStarts;
import io.poolwright.reconcile.FactoryTasks;
import io.poolwright.reconcile.InlineTasks;
import io.poolwright.reconcile.JobReconciler;
import io.poolwright.reconcile.JobScheduleReconciler;
import io.poolwright.reconcile.Listings;
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
  private final Board board;
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
    board = new Board(clock);
    Statuses statuses = new Statuses(client);
    ledger = new Ledger(client, statuses);
    Events events = new Events(client, clock, identity);
    Pauses pauses = new Pauses();
    FileLists fileLists = new FileLists(client, config.startTimeout(), clock);
    Factories factories = new Factories(fileLists);
    FactoryPods factoryPods = new FactoryPods();
    Applications applications = new Applications(clock, config.startTimeout(), statuses);
    Preparations preparations = new Preparations(client, board, clock, config.startTimeout());
    world =
        new World(
            clock, config.startTimeout(), statuses, board, pauses, applications, preparations);
    PoolWorld poolWorld =
        new PoolWorld(
            world, board, preparations, applications, factoryPods, config.samplePeriod(), clock);
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
    AutoPools autoPools = new AutoPools(client);
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
    Beginnings beginnings = new Beginnings();
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
            beginnings,
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
            new CheckPods(config.image(), pull),
            clock));
    Preemptible preemptible = new Preemptible(world, board, factoryPods, factories, ledger);
    reconcilers.add(
        new PoolReconciler(
            world,
            poolWorld,
            factoryPods,
            board,
            ledger,
            new Reservations(client, clock),
            new Claims(client),
            preemptible,
            new MountWords(client),
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
            new InlineTasks(world, board, new TaskObjects(client), wakes, clock, makers),
            beginnings,
            statuses,
            events,
            wakes,
            preparing,
            preemptible,
            new Listings(fileLists, ledger, new ListPods(config.image(), pull), clock),
            tokens,
            autoPools,
            clock));
    reconcilers.add(
        new JobScheduleReconciler(
            world, board, new ScheduledJobs(client), autoPools, statuses, events, wakes));
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
