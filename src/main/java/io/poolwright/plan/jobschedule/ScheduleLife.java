package io.poolwright.plan.jobschedule;

import io.poolwright.api.Condition;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.jobschedule.JobScheduleSpec;
import io.poolwright.api.jobschedule.JobScheduleState;
import io.poolwright.api.jobschedule.JobScheduleStatus;
import io.poolwright.api.jobschedule.JobScheduleStatus.ExecutionInfo;
import io.poolwright.api.jobschedule.JobScheduleStatus.RecentJob;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.jobschedule.SchedulePlan.NewJob;
import io.poolwright.snapshot.ScheduleSeen;
import io.poolwright.snapshot.ScheduleSeen.ScheduledJob;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The life of one schedule (section 6 of the reference): one job at a time, each for one start; of
 * several starts that were missed only the latest is made up for.
 */
public final class ScheduleLife {
  /** What the API server refused may be admitted later. */
  private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(15);

  /** The end of a job that is waited for is told; should that be lost, it is found by looking. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ScheduleSeen seen;
  private final JobSchedule schedule;
  private final JobScheduleSpec spec;
  private final JobScheduleStatus status;
  private final List<ScheduledJob> running;
  private final List<EventToSay> events = new ArrayList<>();

  /** By which starts are counted; what makes no sense changes nothing. */
  private @Nullable String rhythm;

  private ScheduleLife(ScheduleSeen seen) {
    this.seen = seen;
    this.schedule = seen.schedule();
    this.spec = schedule.getSpec();
    this.status = schedule.statusOrNew();
    this.rhythm = status.rhythm();
    this.running = seen.jobs().stream().filter(j -> !j.over()).toList();
  }

  public static SchedulePlan decide(ScheduleSeen seen) {
    return new ScheduleLife(seen).decide();
  }

  private SchedulePlan decide() {
    if (schedule.stateOrActive() == JobScheduleState.COMPLETED) {
      // A job that was not known yet when it completed is ended all the same.
      return new SchedulePlan(
          null,
          spec.wantsTermination() ? running.stream().filter(j -> !j.ending()).toList() : List.of(),
          surplus(),
          // Pools go with the last job.
          running.isEmpty()
              ? seen.pools().stream()
                  .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                  .toList()
              : List.of(),
          null,
          List.of(),
          running.isEmpty() ? null : PATIENCE);
    }
    if (spec.wantsTermination()) {
      return terminated();
    }
    StartTimes times;
    try {
      times = StartTimes.of(spec.schedule(), created());
    } catch (IllegalArgumentException e) {
      return plan(
          spec.wantsDisabling() ? JobScheduleState.DISABLED : JobScheduleState.ACTIVE,
          handled(),
          null,
          conditions().stalled(Reason.InvalidSetting, String.valueOf(e.getMessage())),
          null);
    }
    rhythm = spec.schedule().rhythm();
    return spec.wantsDisabling() ? disabled(times) : active(times);
  }

  private SchedulePlan terminated() {
    List<ScheduledJob> end = running.stream().filter(j -> !j.ending()).toList();
    if (!running.isEmpty()) {
      return new SchedulePlan(
          null,
          end,
          List.of(),
          List.of(),
          changed(
              status(
                  JobScheduleState.TERMINATING,
                  handled(),
                  null,
                  conditions()
                      .progressing(
                          Reason.Terminating,
                          "Job " + running.getFirst().name() + " is being ended"))),
          events,
          PATIENCE);
    }
    return completed(Reason.UserTerminate, "desiredState is Terminated");
  }

  private SchedulePlan completed(Reason reason, String message) {
    events.add(new EventToSay(false, reason, message));
    return new SchedulePlan(
        null,
        List.of(),
        surplus(),
        List.of(),
        changed(
            status(
                JobScheduleState.COMPLETED,
                handled(),
                null,
                conditions().completed(true, reason.name(), message))),
        events,
        null);
  }

  /** What is missed meanwhile is given up when it is enabled, not with a write for each start. */
  private SchedulePlan disabled(StartTimes times) {
    return plan(
        JobScheduleState.DISABLED,
        isChanged() ? begun(times) : handled(),
        null,
        conditions().ready(Reason.Disabled, "desiredState is Disabled"),
        null);
  }

  private SchedulePlan active(StartTimes times) {
    Instant handled =
        isChanged() || (wasDisabled() && !spec.schedule().startsOnce()) ? begun(times) : handled();
    Instant before = handled;
    Optional<Instant> due =
        times.latest(seen.now()).filter(t -> before == null || t.isAfter(before));
    boolean over = times.isOver(seen.now());
    if (due.isPresent() && (over || isLost(due.get()))) {
      events.add(
          new EventToSay(
              true,
              Reason.StartMissed,
              "No job was made for "
                  + due.get()
                  + (over ? ": doNotRunAfter has passed" : ": startWindow is over")
                  + (running.isEmpty()
                      ? ""
                      : ", and job " + running.getFirst().name() + " still runs")));
      handled = due.get();
      due = Optional.empty();
    }
    if (due.isPresent() && running.isEmpty()) {
      return start(times, due.get(), handled);
    }
    Optional<Instant> next = due.isPresent() ? due : times.next(seen.now());
    if (next.isEmpty() && running.isEmpty()) {
      return completed(Reason.ScheduleOver, Reason.ScheduleOver.meaning());
    }
    return plan(
        JobScheduleState.ACTIVE,
        handled,
        next.orElse(null),
        calm(next),
        until(due, next, !running.isEmpty()));
  }

  private SchedulePlan start(StartTimes times, Instant due, @Nullable Instant handled) {
    int number = last() + 1;
    NewJob job = new NewJob(schedule.getMetadata().getName() + "-" + number, number, due);
    if (seen.obstacle() != null) {
      return plan(
          JobScheduleState.ACTIVE,
          handled,
          due,
          conditions().stalled(Reason.JobRefused, seen.obstacle()),
          REFUSAL_PAUSE);
    }
    Optional<Instant> next = times.next(seen.now());
    events.add(new EventToSay(false, Reason.JobMade, "Job " + job.name() + " for " + due));
    JobScheduleStatus say =
        new JobScheduleStatus(
            schedule.getMetadata().getGeneration(),
            JobScheduleState.ACTIVE,
            new ExecutionInfo(text(next.orElse(null)), new RecentJob(job.name()), null),
            number,
            due.toString(),
            rhythm,
            conditions().ready(Reason.Scheduled, "Job " + job.name() + " was made"));
    return new SchedulePlan(
        job, List.of(), surplus(), List.of(), say, events, until(Optional.empty(), next, true));
  }

  /** Whether it says other starts than it did: those are counted from now on. */
  private boolean isChanged() {
    return status.rhythm() != null && !status.rhythm().equals(rhythm);
  }

  /**
   * What is handled where a rhythm begins now: all starts before. One that waits for the job before
   * is given up where it is none any more; the one of a schedule without a recurrence is not, be
   * its time past.
   */
  private @Nullable Instant begun(StartTimes times) {
    Instant handled = handled();
    Optional<Instant> waits = isChanged() ? waits(handled) : Optional.empty();
    Optional<Instant> latest = times.latest(seen.now());
    boolean stays = spec.schedule().startsOnce() || (waits.isPresent() && waits.equals(latest));
    if (!stays) {
      handled = later(handled, latest.orElse(null));
    }
    if (waits.isPresent() && !waits.equals(latest)) {
      events.add(
          new EventToSay(
              true,
              Reason.StartMissed,
              "No job was made for " + waits.get() + ": spec.schedule was changed"));
    }
    return handled;
  }

  /** The start that is due by what the schedule said before. */
  private Optional<Instant> waits(@Nullable Instant handled) {
    return Optional.ofNullable(status.executionInfo())
        .map(ExecutionInfo::nextRunTime)
        .map(Instant::parse)
        .filter(t -> !t.isAfter(seen.now()) && (handled == null || t.isAfter(handled)));
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  private boolean wasDisabled() {
    return status.state() == JobScheduleState.DISABLED;
  }

  private boolean isLost(Instant due) {
    return spec.schedule().startWindow() != null
        && due.plus(spec.schedule().startWindow().duration()).isBefore(seen.now());
  }

  private List<Condition> calm(Optional<Instant> next) {
    String runs = running.isEmpty() ? "" : "Job " + running.getFirst().name() + " runs";
    boolean waits = next.isPresent() && !next.get().isAfter(seen.now());
    String then =
        next.isEmpty()
            ? "no other follows"
            : waits ? "the next follows when it is over" : "the next job is made at " + next.get();
    return conditions()
        .ready(Reason.Scheduled, runs.isEmpty() ? "T" + then.substring(1) : runs + "; " + then);
  }

  /** A start that waits for the job before is looked at again when its window ends. */
  private @Nullable Duration until(Optional<Instant> due, Optional<Instant> next, boolean runs) {
    Optional<Instant> lost =
        due.filter(d -> spec.schedule().startWindow() != null)
            .map(d -> d.plus(Objects.requireNonNull(spec.schedule().startWindow()).duration()));
    boolean waits = runs && (due.isPresent() || next.isEmpty());
    Optional<Instant> unheard = waits ? Optional.of(seen.now().plus(PATIENCE)) : Optional.empty();
    return Stream.of(lost, unheard, next.filter(n -> n.isAfter(seen.now())))
        .flatMap(Optional::stream)
        .map(t -> Duration.between(seen.now(), t).plusMillis(20))
        .filter(d -> !d.isNegative())
        .min(Duration::compareTo)
        .orElse(null);
  }

  /** Completed jobs beyond the limit, the oldest first. */
  private List<ScheduledJob> surplus() {
    List<ScheduledJob> over = seen.jobs().stream().filter(ScheduledJob::over).toList();
    return over.subList(0, Math.max(0, over.size() - spec.historyLimit()));
  }

  /** A job that exists was made, whatever the status has of it. */
  private int last() {
    int known = status.lastJob() == null ? 0 : status.lastJob();
    return seen.jobs().stream().mapToInt(ScheduledJob::number).reduce(known, Math::max);
  }

  private @Nullable Instant handled() {
    Instant said = status.lastStart() == null ? null : Instant.parse(status.lastStart());
    return Stream.concat(Stream.ofNullable(said), seen.jobs().stream().map(ScheduledJob::start))
        .max(Instant::compareTo)
        .orElse(null);
  }

  private Instant created() {
    return Instant.parse(schedule.getMetadata().getCreationTimestamp());
  }

  private Conditions conditions() {
    return new Conditions(status.conditions(), schedule.getMetadata().getGeneration(), seen.now());
  }

  private SchedulePlan plan(
      JobScheduleState state,
      @Nullable Instant handled,
      @Nullable Instant next,
      List<Condition> conditions,
      @Nullable Duration again) {
    JobScheduleStatus say = changed(status(state, handled, next, conditions));
    if (say != null) {
      Conditions.find(conditions, Conditions.STALLED)
          .filter(c -> c.status().equals("True"))
          .filter(c ->
              !Conditions.says(
                  status.conditions(), Reason.valueOf(c.reason()), String.valueOf(c.message())))
          .ifPresent(c ->
              events.add(
                  new EventToSay(true, Reason.valueOf(c.reason()), String.valueOf(c.message()))));
    }
    return new SchedulePlan(null, List.of(), surplus(), List.of(), say, events, again);
  }

  private @Nullable JobScheduleStatus changed(JobScheduleStatus say) {
    return say.equals(status) ? null : say;
  }

  private JobScheduleStatus status(
      JobScheduleState state,
      @Nullable Instant handled,
      @Nullable Instant next,
      List<Condition> conditions) {
    int last = last();
    RecentJob recent =
        last == 0 ? null : new RecentJob(schedule.getMetadata().getName() + "-" + last);
    String end = state == JobScheduleState.COMPLETED ? text(seen.now()) : null;
    return new JobScheduleStatus(
        schedule.getMetadata().getGeneration(),
        state,
        new ExecutionInfo(text(next), recent, end),
        last == 0 ? null : last,
        text(handled),
        rhythm,
        conditions);
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
