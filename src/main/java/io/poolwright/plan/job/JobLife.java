package io.poolwright.plan.job;

import io.poolwright.api.Condition;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.JobStatus.ExecutionInfo;
import io.poolwright.api.job.JobStatus.ExitActions;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.TaskResult;
import io.poolwright.plan.Annotations;
import io.poolwright.plan.EventToSay;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.JobSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The life of one job: its inline tasks are made, its end is noticed (sections 5.2 and 5.4 of the
 * reference).
 */
public final class JobLife {
  /** Inline tasks made in one pass. */
  static final int WAVE = 200;

  private final JobSeen seen;
  private final Job job;
  private final JobSpec spec;
  private final JobStatus status;
  private final int made;
  private final ExitEffects effects;

  private JobLife(JobSeen seen) {
    this.seen = seen;
    this.job = seen.job();
    this.spec = job.getSpec();
    this.status = job.statusOrNew();
    this.made = status.createdTasks() == null ? 0 : status.createdTasks();
    this.effects = ExitEffects.decide(seen);
  }

  public static JobPlan decide(JobSeen seen) {
    return new JobLife(seen).decide();
  }

  /** Whether its tasks may start. */
  public static boolean runsTasks(Job job) {
    return job.stateOrActive() == JobState.ACTIVE
        && !job.getSpec().wantsTermination()
        && !job.getSpec().wantsDisabling()
        && job.statusOrNew().exits().disabledBy() == null
        && job.getMetadata().getDeletionTimestamp() == null;
  }

  private JobPlan decide() {
    return switch (job.stateOrActive()) {
      case COMPLETED -> new JobPlan(List.of(), null, false, List.of(), null);
      case TERMINATING -> plan(List.of(), ended(reasonBefore()), null);
      case ACTIVE, DISABLING, DISABLED -> ofLive();
    };
  }

  private JobPlan ofLive() {
    if (spec.wantsTermination() || isToBeReleased(job)) {
      return plan(List.of(), ended(Reason.UserTerminate), null);
    }
    Duration left = timeLeft();
    if (left != null && !left.isPositive()) {
      return plan(List.of(), ended(Reason.MaxWallClockTimeExpiry), null);
    }
    if (seen.actions().terminate() != null) {
      return plan(List.of(), ended(Reason.TaskFailed), null);
    }
    if (seen.actions().manager() != null) {
      return plan(List.of(), ended(Reason.JMComplete), null);
    }
    if (seen.conflict() != null) {
      return plan(
          List.of(),
          status(state(), null, made, conditions().stalled(Reason.NameConflict, seen.conflict())),
          left);
    }
    if (seen.complaint() != null) {
      return plan(
          List.of(),
          status(
              state(),
              null,
              made,
              conditions().stalled(Reason.InvalidTaskFactory, seen.complaint())),
          left);
    }
    Optional<String> twice = idTwice();
    if (twice.isPresent()) {
      return plan(
          List.of(),
          status(state(), null, made, conditions().stalled(Reason.NameConflict, twice.get())),
          left);
    }
    boolean waits = made == 0 && !seen.poolExists() && OwnTasks.needPool(job);
    int wave = made == 0 && spec.jobManagerTask() != null ? 1 : WAVE;
    int most = waits ? 0 : Math.min(seen.inline().size(), made + wave);
    List<Integer> create = IntStream.range(made, most).boxed().toList();
    if (!create.isEmpty()) {
      // The status that follows the creation says how far it got; until then the same tasks are
      // made again, by the same names.
      return plan(create, status(state(), null, create.getLast() + 1, calm()), left);
    }
    boolean over =
        spec.endsWithItsTasks() && !waits && seen.tasks().completed() == seen.tasks().total();
    return plan(
        List.of(),
        over ? ended(Reason.AllTasksComplete) : status(state(), null, made, calm()),
        left);
  }

  /** Somebody deleted it, and nodes that were prepared for it are released first. */
  static boolean isToBeReleased(Job job) {
    return job.getMetadata().getDeletionTimestamp() != null
        && job.getMetadata().getFinalizers() != null
        && job.getMetadata().getFinalizers().contains(Names.RELEASE);
  }

  /** No rule in the schema says so: to compare each with each would cost too much. */
  private Optional<String> idTwice() {
    if (spec.jobManagerTask() != null
        && spec.taskFactory() != null
        && spec.jobManagerTask().id().matches("[0-9]+")) {
      return Optional.of(
          "spec.jobManagerTask.id: "
              + spec.jobManagerTask().id()
              + " may be the id of a task of spec.taskFactory, which are numbers; delete the job, and"
              + " create it with another");
    }
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < seen.inline().size(); i++) {
      String id = String.valueOf(seen.inline().get(i).id());
      Integer before = places.putIfAbsent(id, i);
      if (before != null) {
        return Optional.of(
            OwnTasks.field(job, i)
                + ".id: "
                + id
                + " is the id of "
                + OwnTasks.field(job, before)
                + " too; delete the job, and create it with ids that differ");
      }
    }
    return Optional.empty();
  }

  private JobState state() {
    if (!effects.isOn()) {
      return JobState.ACTIVE;
    }
    return seen.tasks().running() > 0 ? JobState.DISABLING : JobState.DISABLED;
  }

  private List<Condition> calm() {
    String pool = spec.poolInfo().poolId();
    if (effects.isOn()) {
      boolean waits = seen.tasks().running() > 0;
      return waits
          ? conditions()
              .progressing(
                  Reason.Disabling, effects.why() + "; " + seen.tasks().running() + " still run(s)")
          : effects.byUser()
              // What was asked for is so: who waits for the object to be as it is to be has it.
              ? conditions().ready(Reason.Disabled, effects.why())
              : conditions().stalled(Reason.Disabled, effects.why());
    }
    if (seen.prepared().trouble() != null) {
      return conditions().stalled(Reason.PreparationFailed, seen.prepared().trouble());
    }
    if (!seen.stuck().isEmpty()) {
      String first = seen.stuck().getFirst();
      return conditions()
          .stalled(
              Reason.TasksStuck,
              seen.stuck().size()
                  + " task(s) cannot run until something is changed; the first is "
                  + first);
    }
    return seen.poolExists()
        ? conditions().ready(Reason.Active, "Tasks run on pool " + pool + held() + unprepared())
        : conditions()
            .progressing(
                Reason.PoolNotFound,
                "spec.poolInfo.poolId: Pool "
                    + pool
                    + " does not exist; the job starts when it does");
  }

  private String held() {
    return seen.held().isEmpty()
        ? ""
        : ", but "
            + seen.held().size()
            + " of them cannot get on; the first is "
            + seen.held().getFirst();
  }

  private String unprepared() {
    String note = seen.prepared().note();
    return note == null ? "" : note;
  }

  private Reason reasonBefore() {
    ExecutionInfo info = status.executionInfo();
    return info == null || info.terminateReason() == null
        ? Reason.UserTerminate
        : Stream.of(Reason.values())
            .filter(r -> r.name().equals(info.terminateReason()))
            .findFirst()
            .orElse(Reason.UserTerminate);
  }

  /** Whoever ends the job may say why (section 5.3 of the reference). */
  private String terminateReason(Reason reason) {
    return reason == Reason.UserTerminate
        ? Annotations.request(job, Names.TERMINATE_REASON).orElse(reason.name())
        : reason.name();
  }

  private JobStatus ended(Reason reason) {
    TaskCounts tasks = seen.tasks();
    if (tasks.running() > 0 || seen.prepared().open() > 0) {
      String message =
          tasks.running() > 0
              ? tasks.running() + " running task(s) are being stopped"
              : seen.prepared().open() + " node(s) are being released";
      return status(
          JobState.TERMINATING,
          reason,
          made,
          conditions().progressing(Reason.Terminating, message));
    }
    boolean well =
        switch (reason) {
          case AllTasksComplete -> tasks.failed() == 0;
          case JMComplete -> seen.actions().manager() == TaskResult.SUCCESS;
          default -> false;
        };
    String why =
        reason == Reason.TaskFailed && effects.exits().terminatedBy() != null
            ? "Task "
                + effects.exits().terminatedBy()
                + " failed, and its exit conditions end the job."
            : reason.meaning();
    String message =
        why
            + " "
            + tasks.succeeded()
            + " succeeded, "
            + tasks.failed()
            + " failed"
            + (tasks.active() > 0 ? ", " + tasks.active() + " never ran" : "")
            + (seen.firstFailed() == null ? "" : "; " + seen.firstFailed());
    Reason shown =
        reason != Reason.AllTasksComplete ? reason : well ? Reason.Succeeded : Reason.TasksFailed;
    return status(
        JobState.COMPLETED, reason, made, conditions().completed(well, shown.name(), message));
  }

  private @Nullable Duration timeLeft() {
    if (spec.limits().maxWallClockTime() == null) {
      return null;
    }
    return Duration.between(
        seen.now(),
        Instant.parse(job.getMetadata().getCreationTimestamp())
            .plus(spec.limits().maxWallClockTime().duration()));
  }

  private JobStatus status(
      JobState state, @Nullable Reason reason, int created, List<Condition> conditions) {
    TaskCounts tasks = seen.tasks();
    String end =
        state == JobState.COMPLETED
            ? seen.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString()
            : null;
    ExecutionInfo info =
        new ExecutionInfo(
            job.getMetadata().getCreationTimestamp(),
            end,
            spec.poolInfo().poolId(),
            reason == null ? null : terminateReason(reason));
    ExitActions exits = effects.exits();
    String progress = tasks.completed() + "/" + Math.max(tasks.total(), seen.inline().size());
    return new JobStatus(
        job.getMetadata().getGeneration(),
        state,
        info,
        tasks,
        seen.slots(),
        exits.equals(ExitActions.NONE) ? null : exits,
        progress,
        created,
        seen.prepared().ledger(),
        status.taskFactory(),
        conditions);
  }

  private JobPlan plan(List<Integer> create, JobStatus say, @Nullable Duration again) {
    if (say.equals(status)) {
      return new JobPlan(create, null, false, List.of(), again);
    }
    boolean progressOnly =
        create.isEmpty()
            && say.state() == status.state()
            && say.exits().equals(status.exits())
            && say.preparations().equals(status.preparations())
            && say.conditions().equals(status.conditions());
    List<EventToSay> events = new ArrayList<>();
    Conditions.find(say.conditions(), Conditions.READY)
        .filter(now ->
            Conditions.find(status.conditions(), Conditions.READY)
                .map(was -> !was.reason().equals(now.reason()))
                .orElse(true))
        .filter(now -> !now.reason().equals(Reason.Active.name()))
        .ifPresent(now ->
            events.add(
                new EventToSay(
                    isWarning(now),
                    Reason.valueOf(now.reason()),
                    now.message() == null ? "" : now.message())));
    return new JobPlan(create, say, progressOnly, events, again);
  }

  private static boolean isWarning(Condition ready) {
    String reason = ready.reason();
    if (reason.equals(Reason.JMComplete.name())) {
      return ready.status().equals("False");
    }
    return !(reason.equals(Reason.Succeeded.name())
        || reason.equals(Reason.Terminating.name())
        || reason.equals(Reason.Disabling.name())
        || reason.equals(Reason.Disabled.name())
        || reason.equals(Reason.UserTerminate.name()));
  }

  private Conditions conditions() {
    return new Conditions(status.conditions(), job.getMetadata().getGeneration(), seen.now());
  }
}
