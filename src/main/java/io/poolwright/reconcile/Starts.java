package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.Board;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.Key;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.World;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.plan.job.JobLife;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.task.LedgerEntry;
import io.poolwright.plan.task.TaskInput;
import io.poolwright.plan.task.YoungPod;
import io.poolwright.pods.JobToken;
import io.poolwright.pods.Names;
import io.poolwright.pods.TaskPods;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Starts attempts: create, intend, let go (section 6 of the design), many tasks at a time. Whatever
 * stops in the middle is taken up again from what is in the API server.
 */
public final class Starts {
  /** A task whose pod the API server refuses is not tried again sooner. */
  private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(10);

  private static final String REFUSED = "The task's pod was refused: ";

  private final World world;
  private final FactoryStarts factoryStarts;
  private final Applications applications;
  private final Board board;
  private final Ledger ledger;
  private final JobTokens tokens;
  private final TaskPods taskPods;
  private final Clock clock;
  private final ExecutorService writers;
  private final OperatorMetrics metrics;
  private final Pauses pauses;
  private final Wakes wakes;

  /**
   * @param writers bounds how many writes are under way at once
   */
  public Starts(
      World world,
      FactoryStarts factoryStarts,
      Applications applications,
      Board board,
      Ledger ledger,
      JobTokens tokens,
      TaskPods taskPods,
      Clock clock,
      Pauses pauses,
      Wakes wakes,
      ExecutorService writers,
      OperatorMetrics metrics) {
    this.world = world;
    this.factoryStarts = factoryStarts;
    this.applications = applications;
    this.board = board;
    this.ledger = ledger;
    this.tokens = tokens;
    this.taskPods = taskPods;
    this.clock = clock;
    this.pauses = pauses;
    this.wakes = wakes;
    this.writers = writers;
    this.metrics = metrics;
  }

  void all(Pool pool, List<Assigned> assigned, List<PodSeen> nodes) {
    Map<String, PodSeen> byName =
        nodes.stream().collect(Collectors.toMap(PodSeen::name, Function.identity(), (a, b) -> a));
    List<Assigned> objects = new ArrayList<>();
    Map<String, List<Assigned>> ofFactories = new TreeMap<>();
    for (Assigned one : assigned) {
      if (one.waits().index() == null) {
        objects.add(one);
      } else {
        ofFactories.computeIfAbsent(one.waits().job(), k -> new ArrayList<>()).add(one);
      }
    }
    // What goes wrong with one job keeps no other from starting.
    List<Runnable> each = new ArrayList<>();
    each.add(() -> objects(pool, objects, byName));
    ofFactories.forEach((job, ones) -> each.add(() -> factoryStarts.all(pool, job, ones, byName)));
    @Nullable RuntimeException failed = null;
    for (Runnable one : each) {
      try {
        one.run();
      } catch (RuntimeException e) {
        failed = e;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private void objects(Pool pool, List<Assigned> assigned, Map<String, PodSeen> nodes) {
    AtOnce.all(
        writers,
        assigned,
        one -> {
          PodSeen node = nodes.get(one.node());
          if (node != null && node.machine() != null) {
            start(pool, one.task(), node);
          }
          return true;
        });
  }

  private void start(Pool pool, String name, PodSeen node) {
    String namespace = pool.getMetadata().getNamespace();
    Optional<Task> found = world.task(namespace, name);
    Optional<Job> job = found.flatMap(t -> world.job(namespace, t.getSpec().jobId()));
    if (found.isEmpty()
        || job.isEmpty()
        || !JobLife.runsTasks(job.get())
        || found.get().getSpec().wantsTermination()
        || found.get().statusOrNew().stateOrActive() != TaskState.ACTIVE) {
      return;
    }
    if (!world.isPrepared(job.get(), node.name())) {
      // Since the pool was looked at; what changed that makes it look again.
      return;
    }
    Task task = found.get();
    Map<String, ApplicationPackage> packages = applications.of(task, pool);
    if (TaskInput.missingPackage(task, pool, packages).isPresent()) {
      // Since its task was looked at. The task says so, and is no longer among those that wait.
      wakes.task(task);
      return;
    }
    int attempt = task.statusOrNew().attempts() + 1;
    String machine = node.machine() == null ? "" : node.machine();
    Pod pod =
        taskPods.build(
            task,
            job.get(),
            pool,
            new TaskPods.Place(
                node.name(),
                machine,
                node.spot(),
                world.packagesOn(namespace, node.name()),
                attempt),
            packages);
    Optional<String> noToken = JobToken.has(task) ? tokens.make(job.get()) : Optional.empty();
    if (noToken.isPresent()) {
      refuse(task, job.get(), noToken.get());
      return;
    }
    switch (ledger.create(pod, task.getMetadata().getUid())) {
      case Ledger.Ours ours -> intend(pool, task, job.get(), node, ours.pod());
      case Ledger.Refused no -> {
        // Perhaps for want of the account, which somebody deleted.
        tokens.forget(job.get().getMetadata().getUid());
        refuse(task, job.get(), REFUSED + no.message());
      }
      case Ledger.Stranger no -> refuse(task, job.get(), REFUSED + no.message());
    }
  }

  private void intend(Pool pool, Task task, Job job, PodSeen node, Pod pod) {
    String namespace = task.getMetadata().getNamespace();
    PodSeen made = PodReader.read(pod);
    boolean elsewhere = !node.name().equals(pod.getMetadata().getLabels().get(Names.NODE));
    if (elsewhere || made.deleting()) {
      // Made for a node that the task does not get now. If it was let go, our view of the task is
      // behind; its event is on the way.
      if (YoungPod.is(made, clock.instant())) {
        pauses.pause(task.getMetadata().getUid(), clock.instant().plus(YoungPod.AGE));
        wakes.task(task);
      } else if (made.gated()) {
        ledger.release(namespace, made, true);
        wakes.pool(Key.of(pool));
      }
      return;
    }
    pauses.forget(task.getMetadata().getUid());
    TaskStatus intent =
        LedgerEntry.intend(
            task,
            pool.getMetadata().getName(),
            node.name(),
            made.name(),
            made.uid(),
            clock.instant());
    Optional<Task> written = ledger.write(task, intent);
    if (written.isEmpty()) {
      // Changed in between, perhaps in nothing that its own reconciler would tell the pool.
      wakes.pool(Key.of(pool));
      return;
    }
    put(written.get(), job);
    try {
      ledger.letGo(namespace, made.name(), made.uid());
    } catch (RuntimeException e) {
      wakes.task(task);
      throw e;
    }
    metrics.attemptStarted();
    if (task.statusOrNew().attempts() == 0) {
      Instant created = Instant.parse(task.getMetadata().getCreationTimestamp());
      metrics.firstAttemptLetGo(Duration.between(created, clock.instant()));
    }
  }

  /**
   * The task's own look finds nothing new on the board afterwards, and would not tell the job what
   * its counts and its state are made from.
   */
  private void put(Task task, Job job) {
    Board.Change change = board.put(task, job, false);
    if (change.any()) {
      wakes.job(change.job());
    }
  }

  private void refuse(Task task, Job job, String message) {
    pauses.pause(task.getMetadata().getUid(), clock.instant().plus(REFUSAL_PAUSE));
    TaskStatus status = task.statusOrNew();
    put(task, job);
    if (Conditions.says(status.conditions(), Reason.PodRejected, message)) {
      // Its status does not change, so nothing else would make it look again when the pause is
      // over.
      wakes.task(task);
      return;
    }
    Long generation = task.getMetadata().getGeneration();
    TaskStatus say =
        new TaskStatus(
            generation,
            status.stateOrActive(),
            status.executionInfo(),
            status.nodeInfo(),
            status.attempt(),
            status.reactivated(),
            new Conditions(status.conditions(), generation, clock.instant())
                .stalled(Reason.PodRejected, message));
    try {
      ledger.write(task, say).ifPresent(now -> put(now, job));
    } catch (RuntimeException e) {
      wakes.task(task);
      throw e;
    }
  }
}
