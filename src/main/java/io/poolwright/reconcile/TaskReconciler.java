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
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.PruningStore;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.plan.Again;
import io.poolwright.plan.task.TaskLife;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.TaskSeen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One task: its pods and its ledger. Deletion is an event like any other here, so that a Task needs
 * no finalizer, which would be two writes.
 */
@ControllerConfiguration(
    name = "task",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class TaskReconciler implements Reconciler<Task> {
  /** A record is followed by a release at once; more rounds than these would be a loop. */
  private static final int ROUNDS = 4;

  private static final Duration REASONS = Duration.ofSeconds(1);

  private final World world;
  private final Board board;
  private final Ledger ledger;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;
  private final Pauses pauses;
  private final OperatorMetrics metrics;
  private final Clock clock;

  /** When a task last said another reason. Lost at a restart, and then said once more. */
  private final Map<String, Instant> said = new ConcurrentHashMap<>();

  public TaskReconciler(
      World world,
      Board board,
      Ledger ledger,
      Statuses statuses,
      Events events,
      Wakes wakes,
      Pauses pauses,
      OperatorMetrics metrics,
      Clock clock) {
    this.world = world;
    this.board = board;
    this.ledger = ledger;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
    this.pauses = pauses;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, Task>> prepareEventSources(EventSourceContext<Task> context) {
    var pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, Task.class)
                .withName("task-pods")
                .withLabelSelector(Names.ROLE + "=" + Names.ROLE_TASK + ",!" + Names.INDEX)
                .withNamespacesInheritedFromController()
                .withInformerListLimit(500L)
                .withItemStore(
                    PruningStore.ofPods(
                        context.getControllerConfiguration().getInformerConfig().getNamespaces()))
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(Task.class))
                .build(),
            context);
    world.tasks(context.getPrimaryCache(), pods);
    return List.of(pods, wakes.tasks().of(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<Task> reconcile(Task cached, Context<Task> context) {
    if (!context.isPrimaryResourceDeleted()) {
      return look(cached);
    }
    forget(cached);
    return UpdateControl.noUpdate();
  }

  private UpdateControl<Task> look(Task cached) {
    Task task = statuses.latest(cached, Task.class);
    if (task.getSpec() == null) {
      Unreadable.say(statuses, task);
      return UpdateControl.noUpdate();
    }
    if (!board.isOpen()) {
      // The jobs may not be known yet: a task whose job seems to be gone would be stopped.
      return UpdateControl.<Task>noUpdate().rescheduleAfter(Duration.ofMillis(200));
    }
    String namespace = task.getMetadata().getNamespace();
    if (world.isUnreadableJob(namespace, task.getSpec().jobId())) {
      // The job says so itself, and tells its tasks once it can be read.
      return UpdateControl.noUpdate();
    }
    if (!task.getSpec().dependencies().none()) {
      // The board tells how those stand that it depends on only if it knows that it does.
      wake(board.fill(task, world.jobOf(task).orElse(null)));
    }
    Duration again = null;
    for (int round = 0; round < ROUNDS; round++) {
      TaskSeen seen = world.seeTask(task);
      TaskPlan plan = TaskLife.decide(seen);
      Set<String> gone = apply(task, plan);
      if (!gone.isEmpty()) {
        plan = TaskLife.decide(seen.withGone(gone));
        apply(task, plan);
      }
      again = plan.again();
      Duration wait = untilSaidAgain(task, plan);
      if (wait.isPositive()) {
        note(task, seen, plan.runnable());
        again = Again.sooner(again, wait);
        break;
      }
      Optional<Task> now = say(task, plan);
      note(now.orElse(task), seen, plan.runnable());
      if (now.isEmpty()
          || now.get().statusOrNew().stateOrActive() == task.statusOrNew().stateOrActive()) {
        break;
      }
      task = now.get();
    }
    UpdateControl<Task> done = UpdateControl.noUpdate();
    return again == null ? done : done.rescheduleAfter(again);
  }

  /** Returns, by UID, the pods of the ledger that a live read found gone. */
  private Set<String> apply(Task task, TaskPlan plan) {
    String namespace = task.getMetadata().getNamespace();
    Set<String> gone = new HashSet<>();
    for (TaskPlan.Step step : plan.steps()) {
      switch (step) {
        case TaskPlan.LetGo go -> ledger.letGo(namespace, go.pod().name(), go.pod().uid());
        case TaskPlan.Release release -> ledger.release(namespace, release.pod(), release.delete());
        case TaskPlan.Stop stop -> ledger.delete(namespace, stop.pod().name(), stop.pod().uid());
        case TaskPlan.AskForPod ask -> {
          if (ledger.isGone(namespace, ask.name(), ask.uid())) {
            gone.add(ask.uid());
          }
        }
      }
    }
    return gone;
  }

  /**
   * What a task waits for is told at once, and then once a second at most: an operator that was
   * followed and does not know it yet would contradict each time, and no attempt could be intended
   * for all the writes between.
   */
  private Duration untilSaidAgain(Task task, TaskPlan plan) {
    TaskStatus say = plan.say();
    TaskStatus was = task.statusOrNew();
    boolean reasonOnly =
        say != null
            && say.stateOrActive() == was.stateOrActive()
            && say.execution().equals(was.execution())
            && Objects.equals(say.attempt(), was.attempt())
            && Objects.equals(say.reactivated(), was.reactivated());
    if (!reasonOnly) {
      return Duration.ZERO;
    }
    String uid = task.getMetadata().getUid();
    Instant now = clock.instant();
    Instant last = said.get(uid);
    if (last != null && last.plus(REASONS).isAfter(now)) {
      return Duration.between(now, last.plus(REASONS));
    }
    said.put(uid, now);
    return Duration.ZERO;
  }

  private Optional<Task> say(Task task, TaskPlan plan) {
    TaskStatus say = plan.say();
    if (say == null) {
      return Optional.empty();
    }
    Optional<Task> now = ledger.write(task, say);
    now.ifPresent(t -> {
      events.say(t, plan.events());
      TaskResult result = say.execution().result();
      if (result != null && !over(task)) {
        metrics.taskCompleted(result == TaskResult.SUCCESS ? "success" : "failure");
      }
    });
    return now;
  }

  private void note(Task task, TaskSeen seen, boolean runnable) {
    Board.Change change = board.put(task, seen.job(), runnable);
    wake(change);
    if (change.any()) {
      return;
    }
    if (seen.pool() != null && seen.pool().getSpec().lends()) {
      // Its pod may have begun to run, or ended: the room that it requests changes hands.
      wakes.pool(Key.of(seen.pool()));
    }
  }

  private void wake(Board.Change change) {
    String namespace = change.job().namespace();
    change.tasks().forEach(t -> wakes.task(new Key(namespace, t)));
    if (!change.any()) {
      return;
    }
    Key pool = change.pool();
    if (pool != null) {
      wakes.pool(pool);
    }
    wakes.job(change.job());
  }

  private void forget(Task task) {
    String namespace = task.getMetadata().getNamespace();
    Board.@Nullable Change change = board.remove(task);
    statuses.forget(task.getMetadata().getUid());
    pauses.forget(task.getMetadata().getUid());
    said.remove(task.getMetadata().getUid());
    for (PodSeen pod : world.podsOf(task)) {
      ledger.release(namespace, pod, true);
    }
    if (change != null) {
      wake(change);
    }
  }

  static boolean over(Task task) {
    return task.statusOrNew().stateOrActive() == TaskState.COMPLETED;
  }
}
