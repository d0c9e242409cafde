package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.JobTokens;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.World;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.plan.job.JobLife;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.task.Intents;
import io.poolwright.plan.task.TaskInput;
import io.poolwright.plan.task.YoungPod;
import io.poolwright.pods.JobToken;
import io.poolwright.pods.MultiInstance;
import io.poolwright.pods.TaskPods;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

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
  private final Beginnings beginnings;

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
      Beginnings beginnings,
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
    this.beginnings = beginnings;
    this.writers = writers;
    this.metrics = metrics;
  }

  /** Where a wave has begun and others are left, the pool is looked at again at once. */
  void all(Pool pool, List<Assigned> assigned, List<PodSeen> nodes) {
    Map<String, PodSeen> byName =
        nodes.stream().collect(Collectors.toMap(PodSeen::name, Function.identity(), (a, b) -> a));
    // What goes wrong with one job keeps no other from starting.
    InTurn each = new InTurn();
    AtomicInteger begun = new AtomicInteger();
    Iterator<List<Assigned>> waves = Waves.of(assigned).iterator();
    while (waves.hasNext() && begun.get() < Waves.SIZE) {
      wave(pool, waves.next(), byName, each, begun);
    }
    if (waves.hasNext()) {
      wakes.pool(Key.of(pool));
    }
    each.end();
  }

  private void wave(
      Pool pool,
      List<Assigned> assigned,
      Map<String, PodSeen> byName,
      InTurn each,
      AtomicInteger begun) {
    List<Assigned> objects = new ArrayList<>();
    Map<String, List<Assigned>> ofFactories = new TreeMap<>();
    for (Assigned one : assigned) {
      if (one.waits().index() == null) {
        objects.add(one);
      } else {
        ofFactories.computeIfAbsent(one.waits().job(), k -> new ArrayList<>()).add(one);
      }
    }
    each.take(() -> objects(pool, objects, byName, begun));
    ofFactories.forEach(
        (job, ones) -> each.take(() -> factoryStarts.all(pool, job, ones, byName, begun)));
  }

  private void objects(
      Pool pool, List<Assigned> assigned, Map<String, PodSeen> nodes, AtomicInteger begun) {
    Map<String, List<Assigned>> byTask = new LinkedHashMap<>();
    assigned.forEach(a -> byTask.computeIfAbsent(a.task(), k -> new ArrayList<>()).add(a));
    AtOnce.all(
        writers,
        List.copyOf(byTask.entrySet()),
        one -> {
          List<PodSeen> found =
              one.getValue().stream()
                  .flatMap(a -> Optional.ofNullable(nodes.get(a.node())).stream())
                  .filter(n -> n.machine() != null)
                  .toList();
          if (found.size() == one.getValue().size()) {
            start(pool, one.getKey(), found, begun);
          }
          return true;
        });
  }

  /**
   * @param nodes several where the task is a multi-instance one: all its pods are made, then one
   *     write to the ledger names them all, and only then any of them is let go
   */
  private void start(Pool pool, String name, List<PodSeen> nodes, AtomicInteger begun) {
    String namespace = pool.getMetadata().getNamespace();
    Optional<Task> found = world.task(namespace, name);
    Optional<Job> job = found.flatMap(world::jobOf);
    if (found.isEmpty()
        || job.isEmpty()
        || !JobLife.runsTasks(job.get())
        || found.get().getSpec().wantsTermination()
        || found.get().statusOrNew().stateOrActive() != TaskState.ACTIVE) {
      return;
    }
    Task task = found.get();
    boolean asSeen = task.getSpec().instances() == nodes.size();
    if (!asSeen || nodes.stream().anyMatch(n -> !world.isPrepared(job.get(), n.name()))) {
      // Since the pool was looked at; what changed that makes it look again.
      return;
    }
    Map<String, ApplicationPackage> packages = applications.of(task, pool);
    if (TaskInput.missingPackage(task, pool, packages).isPresent()) {
      // Since its task was looked at. The task says so, and is no longer among those that wait.
      wakes.task(task);
      return;
    }
    Optional<String> noToken = JobToken.has(task) ? tokens.make(job.get()) : Optional.empty();
    if (noToken.isPresent()) {
      refuse(task, job.get(), noToken.get());
      return;
    }
    List<Pod> made = new ArrayList<>();
    for (Pod pod : pods(pool, task, job.get(), nodes, packages)) {
      switch (ledger.create(pod, task.getMetadata().getUid())) {
        case Ledger.Ours ours -> made.add(ours.pod());
        case Ledger.Refused no -> {
          // Perhaps for want of the account, which somebody deleted.
          tokens.forget(job.get().getMetadata().getUid());
          giveBack(namespace, made);
          refuse(task, job.get(), REFUSED + no.message());
          return;
        }
        case Ledger.Stranger no -> {
          giveBack(namespace, made);
          refuse(task, job.get(), REFUSED + no.message());
          return;
        }
      }
    }
    intend(pool, task, job.get(), nodes, made, begun);
  }

  /** Of a multi-instance task: what a quota has for them would be kept from others. */
  private void giveBack(String namespace, List<Pod> made) {
    made.forEach(p -> ledger.release(namespace, PodReader.read(p), true));
  }

  private List<Pod> pods(
      Pool pool,
      Task task,
      Job job,
      List<PodSeen> nodes,
      Map<String, ApplicationPackage> packages) {
    int attempt = task.statusOrNew().attempts() + 1;
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      PodSeen node = nodes.get(i);
      TaskPods.Place place =
          new TaskPods.Place(
              node.name(),
              node.machine() == null ? "" : node.machine(),
              node.spot(),
              world.packagesOn(task.getMetadata().getNamespace(), node.name()),
              attempt,
              i);
      pods.add(taskPods.build(task, job, pool, place, packages));
    }
    return pods;
  }

  private void intend(
      Pool pool, Task task, Job job, List<PodSeen> nodes, List<Pod> pods, AtomicInteger begun) {
    String namespace = task.getMetadata().getNamespace();
    List<PodSeen> made = pods.stream().map(PodReader::read).toList();
    List<PodSeen> unfit = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      boolean elsewhere = !nodes.get(i).name().equals(made.get(i).node());
      boolean other = !MultiInstance.isOf(pods.get(i), task, i);
      if (elsewhere || other || made.get(i).deleting()) {
        unfit.add(made.get(i));
      }
    }
    if (!unfit.isEmpty()) {
      unfit.forEach(p -> leave(pool, task, p));
      return;
    }
    pauses.forget(task.getMetadata().getUid());
    if (!write(pool, task, job, made)) {
      return;
    }
    begun.incrementAndGet();
    try {
      made.forEach(p -> ledger.letGo(namespace, p.name(), p.uid()));
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
   * Writes the ledger, unless the job has stopped running tasks: the pods took their time. Returns
   * whether the attempt is one.
   */
  private boolean write(Pool pool, Task task, Job job, List<PodSeen> made) {
    Optional<Beginnings.Hold> hold = beginnings.begin(job);
    if (hold.isEmpty()) {
      wakes.pool(Key.of(pool));
      return false;
    }
    try (Beginnings.Hold _ = hold.get()) {
      if (world.jobOf(task).filter(JobLife::runsTasks).isEmpty()) {
        // Its own look takes the pods back.
        wakes.task(task);
        return false;
      }
      TaskStatus intent = Intents.of(task, pool.getMetadata().getName(), made, clock.instant());
      Optional<Task> written = ledger.write(task, intent);
      // Where it was changed in between, perhaps in nothing that its own look would tell the pool.
      written.ifPresentOrElse(t -> put(t, job), () -> wakes.pool(Key.of(pool)));
      return written.isPresent();
    }
  }

  /**
   * Made for a node, or a number of nodes, that the task does not get now. If it was let go, our
   * view of the task is behind; its event is on the way.
   */
  private void leave(Pool pool, Task task, PodSeen made) {
    if (YoungPod.is(made, clock.instant())) {
      pauses.pause(task.getMetadata().getUid(), clock.instant().plus(YoungPod.AGE));
      wakes.task(task);
    } else if (made.gated()) {
      ledger.release(task.getMetadata().getNamespace(), made, true);
      wakes.pool(Key.of(pool));
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
            status.subtasks(),
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
