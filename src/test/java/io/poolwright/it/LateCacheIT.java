package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.jobschedule.JobScheduleState;
import io.poolwright.board.Board;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.AutoPools;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Pauses;
import io.poolwright.cluster.Preparations;
import io.poolwright.cluster.ScheduledJobs;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.reconcile.JobScheduleReconciler;
import io.poolwright.reconcile.Wakes;
import io.poolwright.snapshot.ScheduleSeen.ScheduledJob;
import io.poolwright.testing.FakeClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Schedules where the cache has heard of none of their jobs yet. */
class LateCacheIT {
  private static final Duration PERIOD = Duration.ofSeconds(5);

  /** A schedule's reconciler over a cache of jobs that stays empty. */
  private static final class Late implements AutoCloseable {
    private final Space space;
    private final KubernetesClient client;
    private final JobScheduleReconciler reconciler;
    private final FakeClock clock;

    Late(Space space, String schedule) {
      this.space = space;
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: JobSchedule
          metadata: {name: s}
          spec:
            schedule: %s
            jobSpecification: {poolInfo: {poolId: p}}
          """
              .formatted(schedule));
      clock = new FakeClock(created());
      client = Clients.build(space.api().operatorConfig(), Map.of());
      Statuses statuses = new Statuses(client);
      Board board = new Board(clock);
      board.open();
      World world =
          new World(
              clock,
              PERIOD,
              statuses,
              board,
              new Pauses(),
              new Applications(clock, PERIOD, statuses),
              new Preparations(client, board, clock, PERIOD));
      world.jobs(empty());
      world.pools(empty(), null);
      reconciler =
          new JobScheduleReconciler(
              world,
              board,
              new ScheduledJobs(client),
              new AutoPools(client),
              statuses,
              new Events(client, clock, "late"),
              new Wakes());
    }

    private Instant created() {
      return Instant.parse(schedule().getMetadata().getCreationTimestamp());
    }

    JobSchedule schedule() {
      return Objects.requireNonNull(space.get(JobSchedule.class, "s"));
    }

    void look() {
      reconciler.reconcile(schedule(), context());
    }

    List<Job> jobs() {
      return space.user().resources(Job.class).inNamespace(space.name()).list().getItems();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @SuppressWarnings("unchecked")
  private static <R extends HasMetadata> IndexerResourceCache<R> empty() {
    return (IndexerResourceCache<R>)
        Proxy.newProxyInstance(
            LateCacheIT.class.getClassLoader(),
            new Class<?>[] {IndexerResourceCache.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "byIndex" -> List.of();
                  case "get" -> Optional.empty();
                  default -> null;
                });
  }

  @SuppressWarnings("unchecked")
  private static Context<JobSchedule> context() {
    return (Context<JobSchedule>)
        Proxy.newProxyInstance(
            LateCacheIT.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) ->
                method.getName().equals("isPrimaryResourceDeleted") ? Boolean.FALSE : null);
  }

  @Test
  void aScheduleOfOneIsNotOverBeforeItsJob() {
    try (Space space = new Space("late-once");
        Late late = new Late(space, "{}")) {
      late.look();
      late.look();

      assertThat(late.jobs()).hasSize(1);
      assertThat(late.schedule().stateOrActive()).isEqualTo(JobScheduleState.ACTIVE);
      space.delete(Job.class, "s-1");
      late.look();
      assertThat(late.schedule().stateOrActive()).isEqualTo(JobScheduleState.COMPLETED);
    }
  }

  @Test
  void noSecondJobIsMadeWhileTheFirstRuns() {
    try (Space space = new Space("late-two");
        Late late = new Late(space, "{recurrenceInterval: 1s}")) {
      late.look();
      late.clock.advance(Duration.ofSeconds(3));
      late.look();

      assertThat(late.jobs()).hasSize(1);
      space
          .user()
          .resource(late.jobs().getFirst())
          .editStatus(j -> {
            j.setStatus(
                new JobStatus(
                    1L,
                    JobState.COMPLETED,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    null,
                    null,
                    List.of()));
            return j;
          });
      late.look();
      assertThat(late.jobs())
          .extracting(j -> j.getMetadata().getName())
          .containsExactlyInAnyOrder("s-1", "s-2");
    }
  }

  @Test
  void aJobThatWasMadeForAnotherStartIsNotTheOneForThisStart() {
    try (Space space = new Space("late-other");
        Late late = new Late(space, "{recurrenceInterval: 1m}")) {
      Instant first = late.created();
      late.look();
      // As if the operator had ended before it could say so.
      space
          .user()
          .resource(late.schedule())
          .editStatus(s -> {
            s.setStatus(null);
            return s;
          });
      late.clock.advance(Duration.ofMinutes(2));
      late.look();

      assertThat(late.jobs()).hasSize(1);
      assertThat(late.schedule().statusOrNew().lastStart()).isEqualTo(first.toString());
      assertThat(late.schedule().statusOrNew().lastJob()).isEqualTo(1);
    }
  }

  @Test
  void onlyTheJobThatWasSeenIsDeleted() {
    try (Space space = new Space("late-delete");
        Late late = new Late(space, "{}")) {
      late.look();
      Job job = late.jobs().getFirst();
      ScheduledJobs jobs = new ScheduledJobs(late.client);

      jobs.delete(space.name(), new ScheduledJob("s-1", "another", 1, late.created(), true, false));
      assertThat(late.jobs()).hasSize(1);
      jobs.delete(
          space.name(),
          new ScheduledJob("s-1", job.getMetadata().getUid(), 1, late.created(), true, false));
      space.awaitTrue("gone", () -> late.jobs().isEmpty());
    }
  }
}
