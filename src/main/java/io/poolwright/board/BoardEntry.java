package io.poolwright.board;

import io.poolwright.api.Condition;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobManagerTask;
import io.poolwright.api.task.AffinityInfo;
import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.ExitConditions.JobAction;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.plan.task.ExitRules;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.WaitingTask;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One task as the board knows it.
 *
 * @param id within the job
 * @param instances how many nodes it has or needs at once, with so many slots on each
 * @param pool where it runs or ran; where it would run, of one that does not
 * @param waits its place in the queue; null where it would not run if a node had room
 * @param stuck why it cannot run before the user does something; null where it can
 * @param held why it does not get on although it has a node; null where it does
 * @param action what its end does to its job
 * @param manages whether it is its job's manager
 * @param manager how it ended, of a job manager whose end is that of the job; null of all others
 */
record BoardEntry(
    String uid,
    long version,
    String name,
    String id,
    Key job,
    TaskState state,
    boolean succeeded,
    int slots,
    int instances,
    @Nullable Key pool,
    List<String> nodes,
    @Nullable Instant ended,
    @Nullable WaitingTask waits,
    @Nullable String stuck,
    @Nullable String held,
    JobAction action,
    boolean manages,
    @Nullable TaskResult manager,
    Standing standing,
    DependsOn dependsOn) {

  static BoardEntry of(Task task, @Nullable Job job, boolean runnable) {
    String namespace = task.getMetadata().getNamespace();
    TaskStatus status = task.statusOrNew();
    TaskState state = status.stateOrActive();
    NodeInfo ranOn = state == TaskState.ACTIVE ? null : status.nodeInfo();
    Key pool = null;
    if (ranOn != null) {
      pool = new Key(namespace, ranOn.poolId());
    } else if (job != null) {
      pool = new Key(namespace, JobPool.name(job));
    }
    String jobName = task.getSpec().jobId() == null ? "" : task.getSpec().jobId();
    return new BoardEntry(
        task.getMetadata().getUid(),
        Key.version(task.getMetadata()),
        task.getMetadata().getName(),
        task.id(),
        new Key(namespace, jobName),
        state,
        status.execution().result() == TaskResult.SUCCESS,
        task.getSpec().slots(),
        state == TaskState.RUNNING ? 1 + status.subtasks().size() : task.getSpec().instances(),
        pool,
        ranOn == null ? List.of() : nodes(ranOn, status),
        status.execution().endTime() == null ? null : time(status.execution().endTime()),
        runnable && job != null && state == TaskState.ACTIVE ? waits(task, job) : null,
        stuck(task),
        held(task),
        action(task, job),
        OwnTasks.manager(job, task) != null,
        endsJob(task, job) ? status.execution().result() : null,
        standing(task),
        task.getSpec().dependencies());
  }

  private static List<String> nodes(NodeInfo primary, TaskStatus status) {
    return Stream.concat(
            Stream.of(primary.nodeId()), status.subtasks().stream().map(Subtask::nodeId))
        .toList();
  }

  /** What it takes of the pool's slots, or would take, on all its nodes. */
  int allSlots() {
    return slots * instances;
  }

  /** Whether one that looks at the other would decide the same. */
  boolean looksLike(BoardEntry other) {
    return state == other.state
        && succeeded == other.succeeded
        && Objects.equals(waits, other.waits)
        && Objects.equals(pool, other.pool)
        && Objects.equals(stuck, other.stuck)
        && Objects.equals(held, other.held)
        && action == other.action
        && manager == other.manager;
  }

  PoolLoad load() {
    return switch (state) {
      case ACTIVE ->
          waits == null ? PoolLoad.NONE : new PoolLoad(instances, allSlots(), 0, 0, 0, 0);
      case RUNNING -> new PoolLoad(0, 0, instances, allSlots(), 0, 0);
      case COMPLETED -> new PoolLoad(0, 0, 0, 0, succeeded ? 1 : 0, succeeded ? 0 : 1);
    };
  }

  private static WaitingTask waits(Task task, Job job) {
    JobManagerTask manager = OwnTasks.manager(job, task);
    AffinityInfo wish = task.getSpec().affinityInfo();
    Instant created = time(job.getMetadata().getCreationTimestamp());
    return new WaitingTask(
        task.getMetadata().getName(),
        task.getSpec().slots(),
        job.getSpec().priorityOrZero(),
        created,
        job.getMetadata().getName(),
        // Before all others of the job, also those that were there before the job.
        manager == null ? time(task.getMetadata().getCreationTimestamp()) : Instant.EPOCH,
        manager == null ? order(task, job) : -1,
        manager != null,
        manager != null && !manager.mayRunOnSpot(),
        wish == null ? null : wish.affinityId(),
        null,
        task.getSpec().instances(),
        refused(task));
  }

  /** It was refused as it is now: one that was changed since may be taken. */
  private static boolean refused(Task task) {
    return Conditions.find(task.statusOrNew().conditions(), Conditions.READY)
        .filter(c -> c.reason().equals(Reason.PodRejected.name()))
        .filter(c -> Objects.equals(c.observedGeneration(), task.getMetadata().getGeneration()))
        .isPresent();
  }

  private static boolean endsJob(Task task, @Nullable Job job) {
    JobManagerTask manager = OwnTasks.manager(job, task);
    return manager != null
        && manager.endsJob()
        && task.statusOrNew().stateOrActive() == TaskState.COMPLETED;
  }

  private static JobAction action(Task task, @Nullable Job job) {
    return job != null
            && job.getSpec().performsJobActions()
            && task.statusOrNew().stateOrActive() == TaskState.COMPLETED
            // What is left of a job of the same name has no say in this one.
            && !time(task.statusOrNew().execution().endTime())
                .isBefore(time(job.getMetadata().getCreationTimestamp()))
        ? ExitRules.jobAction(task.getSpec().exits(), task.statusOrNew().execution())
        : JobAction.NONE;
  }

  private static Standing standing(Task task) {
    if (task.statusOrNew().stateOrActive() != TaskState.COMPLETED) {
      return Standing.OPEN;
    }
    ExitConditions exits = task.getSpec().exits();
    return switch (ExitRules.dependencyAction(exits, task.statusOrNew().execution())) {
      case SATISFY -> Standing.SATISFIES;
      case BLOCK -> Standing.BLOCKS;
      case FAIL -> Standing.FAILS;
    };
  }

  private static @Nullable String held(Task task) {
    TaskStatus status = task.statusOrNew();
    return status.stateOrActive() == TaskState.RUNNING
        ? Conditions.find(status.conditions(), Conditions.READY)
            .filter(c -> !c.reason().equals(Reason.Running.name()))
            .map(c -> said(task, c))
            .orElse(null)
        : null;
  }

  private static String said(Task task, Condition ready) {
    return task.getMetadata().getName() + ": " + ready.reason() + ": " + ready.message();
  }

  private static @Nullable String stuck(Task task) {
    TaskStatus status = task.statusOrNew();
    boolean stalled =
        status.stateOrActive() == TaskState.ACTIVE
            && Conditions.find(status.conditions(), Conditions.STALLED)
                .map(c -> c.status().equals("True"))
                .orElse(false);
    return stalled
        ? Conditions.find(status.conditions(), Conditions.READY)
            .map(c -> said(task, c))
            .orElse(null)
        : null;
  }

  private static Instant time(@Nullable String time) {
    return time == null ? Instant.EPOCH : Instant.parse(time);
  }

  /** Inline tasks are created within one second: the order in which they were written decides. */
  private static int order(Task task, Job job) {
    String id = task.getSpec().id();
    if (id == null) {
      return 0;
    }
    String place =
        task.getMetadata().getAnnotations() == null
            ? null
            : task.getMetadata().getAnnotations().get(Names.PLACE);
    boolean known = place != null && place.matches("[0-9]{1,9}");
    return known ? Integer.parseInt(place) : job.getSpec().tasks().size();
  }
}
