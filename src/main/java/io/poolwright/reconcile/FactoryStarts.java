package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.board.Key;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.Factories;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.LostList;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.UnreadList;
import io.poolwright.cluster.World;
import io.poolwright.factory.Factory;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.plan.Complaint;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.factory.NeverRuns;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.task.LedgerEntry;
import io.poolwright.plan.task.TaskInput;
import io.poolwright.plan.task.YoungPod;
import io.poolwright.pods.JobToken;
import io.poolwright.pods.Names;
import io.poolwright.pods.TaskPods;
import io.poolwright.snapshot.PodSeen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Starts attempts of factories' tasks, in the order of {@link Starts}: all pods are made, one write
 * intends all attempts, all are let go.
 */
public final class FactoryStarts {
  private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(10);

  private final World world;
  private final Factories factories;
  private final FactoryTasks tasks;
  private final FactoryPods factoryPods;
  private final Applications applications;
  private final Ledger ledger;
  private final JobTokens tokens;
  private final TaskPods taskPods;
  private final Clock clock;
  private final Pauses pauses;
  private final Wakes wakes;
  private final ExecutorService writers;
  private final OperatorMetrics metrics;

  public FactoryStarts(
      World world,
      Factories factories,
      FactoryTasks tasks,
      FactoryPods factoryPods,
      Applications applications,
      Ledger ledger,
      JobTokens tokens,
      TaskPods taskPods,
      Clock clock,
      Pauses pauses,
      Wakes wakes,
      ExecutorService writers,
      OperatorMetrics metrics) {
    this.world = world;
    this.factories = factories;
    this.tasks = tasks;
    this.factoryPods = factoryPods;
    this.applications = applications;
    this.ledger = ledger;
    this.tokens = tokens;
    this.taskPods = taskPods;
    this.clock = clock;
    this.pauses = pauses;
    this.wakes = wakes;
    this.writers = writers;
    this.metrics = metrics;
  }

  /**
   * One attempt to be.
   *
   * @param complaint why its task can never run; a factory cannot be changed, so it fails
   */
  private record Start(
      int index, int attempt, Task task, PodSeen node, Optional<Complaint> complaint) {}

  /** A pod that was made for one. */
  private record Begun(Start start, PodSeen pod) {}

  /**
   * @param assigned tasks of this job's factory
   * @param nodes those of the pool
   * @param begun counts the attempts that begin
   */
  void all(
      Pool pool,
      String jobName,
      List<Assigned> assigned,
      Map<String, PodSeen> nodes,
      AtomicInteger begun) {
    Optional<Job> found = world.job(pool.getMetadata().getNamespace(), jobName);
    Optional<Factory> factory = found.flatMap(factories::of);
    if (factory.isEmpty()
        || factories.lost(found.get()) != null
        || pauses(found.get())
        || !FactoryTasks.mayStart(found.get(), pool)) {
      return;
    }
    try {
      all(pool, found.get(), factory.get(), assigned, nodes, begun);
    } catch (LostList e) {
      factories.lost(found.get(), e);
      wakes.job(Key.of(found.get()));
    } catch (UnreadList e) {
      pauses.pause(found.get().getMetadata().getUid(), clock.instant().plus(REFUSAL_PAUSE));
      wakes.job(Key.of(found.get()));
    }
  }

  /** Since the pool was looked at: what one pod is refused for, the others would be as well. */
  private boolean pauses(Job job) {
    Instant until = pauses.of(job.getMetadata().getUid());
    return until != null && until.isAfter(clock.instant());
  }

  private void all(
      Pool pool,
      Job job,
      Factory factory,
      List<Assigned> assigned,
      Map<String, PodSeen> nodes,
      AtomicInteger count) {
    Map<String, Boolean> isPrepared = new HashMap<>();
    List<Assigned> prepared =
        assigned.stream()
            .filter(a -> isPrepared.computeIfAbsent(a.node(), n -> world.isPrepared(job, n)))
            .toList();
    List<Start> starts = starts(new FactoryLedger(job, factory), prepared, nodes);
    if (starts.isEmpty()) {
      return;
    }
    Map<String, ApplicationPackage> packages = applications.of(starts.getFirst().task(), pool);
    if (TaskInput.missingPackage(starts.getFirst().task(), pool, packages).isPresent()) {
      // Since the job was looked at. It says so, and its tasks no longer wait for a node.
      wakes.job(Key.of(job));
      return;
    }
    // One pod that cannot be made does not keep the others from running; it is told at the end.
    Queue<RuntimeException> failed = new ConcurrentLinkedQueue<>();
    List<Start> wanted = starts.stream().filter(s -> s.complaint().isEmpty()).toList();
    List<Begun> begun =
        AtOnce.all(writers, wanted, s -> tryToBegin(pool, job, s, packages, failed)).stream()
            .flatMap(Optional::stream)
            .toList();
    List<Start> never = starts.stream().filter(s -> s.complaint().isPresent()).toList();
    if (!begun.isEmpty() || !never.isEmpty()) {
      boolean all = begun.size() == wanted.size();
      count.addAndGet(intend(pool, job, factory, begun, never, all));
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException(
          failed.size() + " pod(s) of job " + job.getMetadata().getName() + " could not be made",
          failed.peek());
    }
  }

  private Optional<Begun> tryToBegin(
      Pool pool,
      Job job,
      Start start,
      Map<String, ApplicationPackage> packages,
      Queue<RuntimeException> failed) {
    try {
      return begin(pool, job, start, packages);
    } catch (RuntimeException e) {
      failed.add(e);
      return Optional.empty();
    }
  }

  private static List<Start> starts(
      FactoryLedger page, List<Assigned> assigned, Map<String, PodSeen> nodes) {
    List<Start> starts = new ArrayList<>();
    for (Assigned one : assigned) {
      PodSeen node = nodes.get(one.node());
      Integer index = one.waits().index();
      if (index != null && node != null && node.machine() != null && !page.isOver(index)) {
        Task task = page.task(index, 0);
        starts.add(new Start(index, page.nextAttempt(index), task, node, TaskInput.own(task)));
      }
    }
    return starts;
  }

  private Optional<Begun> begin(
      Pool pool, Job job, Start start, Map<String, ApplicationPackage> packages) {
    String namespace = job.getMetadata().getNamespace();
    PodSeen node = start.node();
    String machine = node.machine() == null ? "" : node.machine();
    Pod pod =
        taskPods.build(
            start.task(),
            job,
            pool,
            new TaskPods.Place(
                node.name(),
                machine,
                node.spot(),
                world.packagesOn(namespace, node.name()),
                start.attempt()),
            packages);
    Optional<String> noToken = JobToken.has(start.task()) ? tokens.make(job) : Optional.empty();
    if (noToken.isPresent()) {
      return refuse(job, noToken.get());
    }
    return switch (ledger.create(pod, job.getMetadata().getUid())) {
      case Ledger.Ours ours -> made(pool, job, start, ours.pod());
      case Ledger.Refused no -> {
        // Perhaps for want of the account, which somebody deleted.
        tokens.forget(job.getMetadata().getUid());
        yield refuse(job, no.message());
      }
      case Ledger.Stranger no -> refuse(job, no.message());
    };
  }

  private Optional<Begun> made(Pool pool, Job job, Start start, Pod pod) {
    PodSeen made = PodReader.read(pod);
    boolean here = start.node().name().equals(pod.getMetadata().getLabels().get(Names.NODE));
    if (here && !made.deleting()) {
      factoryPods.made(pod);
      return Optional.of(new Begun(start, made));
    }
    // Made for a node that the task does not get now. If it was let go, our view of the ledger is
    // behind; its event is on the way.
    if (YoungPod.is(made, clock.instant())) {
      pauses.pause(job.getMetadata().getUid(), clock.instant().plus(YoungPod.AGE));
      wakes.job(Key.of(job));
    } else if (made.gated()) {
      ledger.release(job.getMetadata().getNamespace(), made, true);
      wakes.pool(Key.of(pool));
    }
    return Optional.empty();
  }

  private Optional<Begun> refuse(Job job, String why) {
    pauses.pauseFactory(job.getMetadata().getUid(), clock.instant().plus(REFUSAL_PAUSE), why);
    wakes.job(Key.of(job));
    return Optional.empty();
  }

  /**
   * Returns how many are entered.
   *
   * @param all whether no pod was refused: the others wait as long as one is
   */
  private int intend(
      Pool pool, Job job, Factory factory, List<Begun> begun, List<Start> never, boolean all) {
    Set<Integer> entered = new HashSet<>();
    Instant now = clock.instant();
    Optional<Job> written =
        tasks.intend(
            job,
            pool,
            factory,
            page -> {
              for (Begun one : begun) {
                Start start = one.start();
                if (page.takes(start.index(), start.attempt())) {
                  // What it remembers of earlier attempts is the page's.
                  Task task = page.outline(start.index(), 0);
                  page.enter(
                      start.index(),
                      task,
                      LedgerEntry.intend(
                          task,
                          pool.getMetadata().getName(),
                          start.node().name(),
                          one.pod().name(),
                          one.pod().uid(),
                          now));
                  entered.add(start.index());
                }
              }
              Stream<Start> fails = never.stream().filter(s -> page.takes(s.index(), s.attempt()));
              fails.forEach(s -> {
                Complaint why = s.complaint().orElseThrow();
                page.enter(s.index(), s.task(), NeverRuns.status(s.task(), why, now));
                entered.add(s.index());
              });
              return !entered.isEmpty();
            });
    if (written.isEmpty()) {
      // Changed in between, perhaps in nothing that the job would tell the pool.
      wakes.pool(Key.of(pool));
      return 0;
    }
    if (all && pauses.refusal(job.getMetadata().getUid()) != null) {
      pauses.forget(job.getMetadata().getUid());
    }
    if (!never.isEmpty()) {
      Start first = never.getFirst();
      tasks.tellFailed(
          written.get(),
          never.size(),
          first.task().getMetadata().getName()
              + ": "
              + first.complaint().map(Complaint::message).orElse(""));
    }
    wakes.job(Key.of(job));
    letGo(job, begun.stream().filter(b -> entered.contains(b.start().index())).toList());
    return entered.size();
  }

  private void letGo(Job job, List<Begun> begun) {
    String namespace = job.getMetadata().getNamespace();
    try {
      AtOnce.all(
          writers,
          begun,
          b -> {
            ledger.letGo(namespace, b.pod().name(), b.pod().uid());
            metrics.attemptStarted();
            return true;
          });
    } catch (RuntimeException e) {
      wakes.job(Key.of(job));
      throw e;
    }
  }
}
