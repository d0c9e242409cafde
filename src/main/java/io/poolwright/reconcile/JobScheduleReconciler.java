package io.poolwright.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.board.Board;
import io.poolwright.cluster.AutoPools;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.ScheduledJobs;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.plan.jobschedule.ScheduleLife;
import io.poolwright.plan.jobschedule.SchedulePlan;
import io.poolwright.snapshot.ScheduleSeen;
import java.time.Duration;
import java.util.List;

/** One schedule: its jobs, one after the other. */
@ControllerConfiguration(
    name = "jobschedule",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class JobScheduleReconciler implements Reconciler<JobSchedule> {
  private final World world;
  private final Board board;
  private final ScheduledJobs jobs;
  private final AutoPools autoPools;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;

  public JobScheduleReconciler(
      World world,
      Board board,
      ScheduledJobs jobs,
      AutoPools autoPools,
      Statuses statuses,
      Events events,
      Wakes wakes) {
    this.world = world;
    this.board = board;
    this.jobs = jobs;
    this.autoPools = autoPools;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
  }

  @Override
  public List<EventSource<?, JobSchedule>> prepareEventSources(
      EventSourceContext<JobSchedule> context) {
    return List.of(wakes.schedules().of(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<JobSchedule> reconcile(JobSchedule cached, Context<JobSchedule> context) {
    if (!context.isPrimaryResourceDeleted()) {
      return look(cached);
    }
    // Its jobs go with it, by their owner reference.
    statuses.forget(cached.getMetadata().getUid());
    return UpdateControl.noUpdate();
  }

  private UpdateControl<JobSchedule> look(JobSchedule cached) {
    JobSchedule schedule = statuses.latest(cached, JobSchedule.class);
    if (schedule.getSpec() == null) {
      Unreadable.say(statuses, schedule);
      return UpdateControl.noUpdate();
    }
    if (!board.isOpen()) {
      // A job that is not known yet would be made again.
      return UpdateControl.<JobSchedule>noUpdate().rescheduleAfter(Duration.ofMillis(200));
    }
    if (schedule.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    SchedulePlan plan = made(schedule, see(schedule));
    String namespace = schedule.getMetadata().getNamespace();
    plan.terminate().forEach(j -> jobs.terminate(namespace, j));
    plan.delete().forEach(j -> jobs.delete(namespace, j));
    plan.remove().forEach(autoPools::remove);
    say(schedule, plan);
    UpdateControl<JobSchedule> done = UpdateControl.noUpdate();
    return plan.again() == null ? done : done.rescheduleAfter(plan.again());
  }

  /** A job that the cache has not heard of yet must not look gone, nor over. */
  private ScheduleSeen see(JobSchedule schedule) {
    ScheduleSeen seen = world.seeSchedule(schedule);
    return seen.unknown().flatMap(name -> jobs.find(schedule, name)).map(seen::with).orElse(seen);
  }

  /** Decides, and makes the job that is due. */
  private SchedulePlan made(JobSchedule schedule, ScheduleSeen seen) {
    SchedulePlan plan = ScheduleLife.decide(seen);
    return plan.create() == null
        ? plan
        : switch (jobs.create(schedule, plan.create())) {
          case ScheduledJobs.ForThisStart _ -> plan;
          case ScheduledJobs.ForAnotherStart other -> made(schedule, seen.with(other.job()));
          case ScheduledJobs.InTheWay it -> ScheduleLife.decide(seen.withObstacle(it.message()));
        };
  }

  private void say(JobSchedule schedule, SchedulePlan plan) {
    if (plan.say() != null) {
      statuses
          .write(schedule, new JobSchedule(), plan.say())
          .ifPresent(s -> events.say(s, plan.events()));
    }
  }
}
