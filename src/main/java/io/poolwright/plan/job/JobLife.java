package io.poolwright.plan.job;

import io.poolwright.api.Condition;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.JobStatus.ExecutionInfo;
import io.poolwright.api.job.JobStatus.ExitActions;
import io.poolwright.api.job.JobStatus.SchedulingError;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.TaskResult;
import io.poolwright.plan.Again;
import io.poolwright.plan.Annotations;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.JobSeen;
import io.poolwright.snapshot.UnmadeSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The life of one job: its inline tasks are made, its end is noticed (sections 5.2 and 5.4 of the
 * reference).
 */
public final class JobLife {
  /** Inline tasks made in one pass. */
  static final int WAVE = 200;

  /** What the API server refused it may admit later. */
  private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(15);

  private final JobSeen seen;
  private final Job job;
  private final JobSpec spec;
  private final JobStatus status;
  private final MadeTasks made;
  private final ExitEffects effects;
  private final Optional<SchedulingError> poolTrouble;

  private JobLife(JobSeen seen) {
    this.seen = seen;
    this.job = seen.job();
    this.spec = job.getSpec();
    this.status = job.statusOrNew();
    this.made = MadeTasks.of(status);
    this.effects = ExitEffects.decide(seen);
    this.poolTrouble = Optional.ofNullable(seen.poolRefusal()).or(() -> AutoPool.error(job));
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
      case COMPLETED ->
          new JobPlan(List.of(), null, false, List.of(), poolStep(JobState.COMPLETED), null);
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
    UnmadeSeen unmade = seen.unmade();
    if (unmade != null && unmade.left(seen.now()).isPositive()) {
      Reason why = unmade.taken() ? Reason.NameConflict : Reason.TaskRefused;
      return plan(
          List.of(),
          status(state(), null, MadeTasks.of(unmade), conditions().stalled(why, unmade.message())),
          Again.sooner(left, unmade.left(seen.now()).plusMillis(50)));
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
    Optional<String> twice = OwnTasks.idTwice(job, seen.inline());
    if (twice.isPresent()) {
      return plan(
          List.of(),
          status(state(), null, made, conditions().stalled(Reason.NameConflict, twice.get())),
          left);
    }
    if (!seen.poolExists() && poolTrouble.isPresent() && isNew(poolTrouble.get())) {
      return withoutPool(poolTrouble.get());
    }
    if (seen.poolRefusal() == null
        && AutoPool.next(job, seen.pool()) instanceof AutoPool.Make make) {
      // The rest waits until it is heard of.
      return new JobPlan(List.of(), null, false, List.of(), make, left);
    }
    if (seen.files().isOpen()) {
      return plan(List.of(), status(state(), null, made, unlisted()), left);
    }
    boolean waits = made.tried() == 0 && !seen.poolExists() && OwnTasks.needPool(job);
    // A manager waits for a node before all others.
    int wave = waits ? 0 : OwnTasks.managerIsMade(job) ? WAVE : 1 - made.tried();
    List<Integer> create = made.next(seen.inline().size(), wave);
    if (!create.isEmpty()) {
      // The status that follows the creation says how far it got; until then the same tasks are
      // made again, by the same names.
      return plan(create, status(state(), null, made.with(create), calm()), left);
    }
    boolean over =
        spec.endsWithItsTasks() && !waits && seen.tasks().completed() == seen.tasks().total();
    return plan(
        List.of(),
        over ? ended(Reason.AllTasksComplete) : status(state(), null, made, calm()),
        left);
  }

  /**
   * Section 5.2 of the reference: it never had a pool, and is not to have one. What an
   * administrator has not allowed yet is waited for.
   */
  private boolean isNew(SchedulingError error) {
    return status.observedGeneration() == null && !AutoPool.mayBeAllowed(error);
  }

  /** A job whose pool cannot be made is over before it began. */
  private JobPlan withoutPool(SchedulingError error) {
    return plan(
        List.of(),
        status(
            JobState.COMPLETED,
            null,
            error,
            made,
            conditions().completed(false, Reason.AutoPoolRefused.name(), error.message())),
        null);
  }

  /** Making it is apart: nothing else is done then. */
  private AutoPool.@Nullable Step poolStep(JobState then) {
    AutoPool.Step step = seen.poolRefusal() != null ? null : AutoPool.next(job, seen.pool());
    boolean forLive = step instanceof AutoPool.Make || step instanceof AutoPool.Change;
    return step instanceof AutoPool.Make || (forLive && !then.isLive()) ? null : step;
  }

  /** Somebody deleted it, and nodes that were prepared for it are released first. */
  static boolean isToBeReleased(Job job) {
    return job.getMetadata().getDeletionTimestamp() != null
        && job.getMetadata().getFinalizers() != null
        && job.getMetadata().getFinalizers().contains(Names.RELEASE);
  }

  private JobState state() {
    if (!effects.isOn()) {
      return JobState.ACTIVE;
    }
    return seen.tasks().running() > 0 ? JobState.DISABLING : JobState.DISABLED;
  }

  private List<Condition> unlisted() {
    String trouble = seen.files().trouble();
    return trouble == null
        ? conditions().progressing(Reason.ListingFiles, String.valueOf(seen.files().progress()))
        : conditions().stalled(Reason.FilesNotListed, trouble);
  }

  private List<Condition> calm() {
    String pool = JobPool.name(job);
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
    if (poolTrouble.isPresent()) {
      return conditions().stalled(Reason.AutoPoolRefused, poolTrouble.get().message());
    }
    if (seen.prepared().trouble() != null) {
      return conditions().stalled(Reason.PreparationFailed, seen.prepared().trouble());
    }
    if (!seen.stuck().isEmpty()) {
      return conditions()
          .stalled(
              Reason.TasksStuck,
              seen.stuck().count()
                  + " task(s) cannot run until something is changed; the first is "
                  + seen.stuck().first());
    }
    return seen.poolExists()
        ? conditions()
            .ready(
                Reason.Active,
                "Tasks run on pool " + pool + atOnce() + held() + unprepared() + empty())
        : conditions()
            .progressing(
                Reason.PoolNotFound,
                "spec.poolInfo.poolId: Pool "
                    + pool
                    + " does not exist; the job starts when it does");
  }

  private String atOnce() {
    int most = spec.parallelTasks();
    return most == Integer.MAX_VALUE ? "" : ", at most " + most + " at once (maxParallelTasks)";
  }

  private String held() {
    return seen.held().isEmpty()
        ? ""
        : ", but "
            + seen.held().count()
            + " of them cannot get on; the first is "
            + seen.held().first();
  }

  private String released() {
    return job.stateOrActive().isLive() ? "" : unprepared();
  }

  private String unprepared() {
    String note = seen.prepared().note();
    return note == null ? "" : note;
  }

  private String empty() {
    return seen.files().isEmpty()
        ? "; its factory makes none, for no object was found in spec.taskFactory.source"
        : "";
  }

  private Reason reasonBefore() {
    ExecutionInfo info = status.executionInfo();
    // What a user calls it is no reason of ours, be it the same word.
    boolean named =
        spec.wantsTermination() && Annotations.request(job, Names.TERMINATE_REASON).isPresent();
    return named || info == null || info.terminateReason() == null
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
              : seen.prepared().open() + " node(s) are being released" + released();
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
                + " ended, and its exit conditions end the job."
            : reason.meaning();
    String message =
        why
            + " "
            + tasks.succeeded()
            + " succeeded, "
            + tasks.failed()
            + " failed"
            + (tasks.active() > 0 ? ", " + tasks.active() + " never ran" : "")
            + (seen.firstFailed() == null ? "" : "; " + seen.firstFailed())
            + empty();
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
      JobState state, @Nullable Reason reason, MadeTasks created, List<Condition> conditions) {
    return status(state, reason, null, created, conditions);
  }

  private JobStatus status(
      JobState state,
      @Nullable Reason reason,
      @Nullable SchedulingError error,
      MadeTasks created,
      List<Condition> conditions) {
    TaskCounts tasks = seen.tasks();
    String end =
        state == JobState.COMPLETED
            ? seen.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString()
            : null;
    ExecutionInfo info =
        new ExecutionInfo(
            job.getMetadata().getCreationTimestamp(),
            end,
            JobPool.name(job),
            reason == null ? null : terminateReason(reason),
            error);
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
        created.tried(),
        created.uncreated(),
        seen.prepared().ledger(),
        status.taskFactory(),
        seen.files().ledger(),
        conditions);
  }

  private JobPlan plan(List<Integer> create, JobStatus say, @Nullable Duration left) {
    JobState then = say.state() == null ? JobState.ACTIVE : say.state();
    AutoPool.Step step = poolStep(then);
    Duration again =
        poolTrouble.isPresent() && then.isLive() ? Again.sooner(left, REFUSAL_PAUSE) : left;
    if (say.equals(status)) {
      return new JobPlan(create, null, false, List.of(), step, again);
    }
    boolean progressOnly =
        create.isEmpty()
            && say.state() == status.state()
            && say.exits().equals(status.exits())
            && say.preparations().equals(status.preparations())
            && Objects.equals(say.files(), status.files())
            && Conditions.sayTheSame(say.conditions(), status.conditions());
    return new JobPlan(create, say, progressOnly, JobNews.of(say, status), step, again);
  }

  private Conditions conditions() {
    return new Conditions(status.conditions(), job.getMetadata().getGeneration(), seen.now());
  }
}
