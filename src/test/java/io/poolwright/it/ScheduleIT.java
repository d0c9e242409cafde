package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.jobschedule.JobScheduleState;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Section 6 of the reference. */
class ScheduleIT {

  private static void schedule(Space space, String settings) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: JobSchedule
        metadata: {name: s}
        spec:
        """
            + settings.indent(2)
            + """
              jobSpecification:
                poolInfo: {poolId: p}
                tasks: [{id: a, commandLine: work}]
            """);
  }

  private static List<Job> jobs(Space space) {
    return space.user().resources(Job.class).inNamespace(space.name()).list().getItems();
  }

  private static JobSchedule awaitSchedule(Space space, Predicate<JobSchedule> reached) {
    space.awaitTrue(
        "schedule",
        () -> {
          JobSchedule found = space.get(JobSchedule.class, "s");
          return found != null && reached.test(found);
        });
    return java.util.Objects.requireNonNull(space.get(JobSchedule.class, "s"));
  }

  private static boolean completed(@Nullable Job job) {
    return job != null && job.stateOrActive() == JobState.COMPLETED;
  }

  @Test
  void jobsAreMadeOneAfterTheOtherAndOldOnesGo() {
    try (Space space = new Space("recur")) {
      space.operator();
      space.pool("p", 1, 1);
      schedule(space, "schedule: {recurrenceInterval: 1s}\njobsHistoryLimit: 2\n");

      space.awaitTrue("the fourth", () -> completed(space.get(Job.class, "s-4")));
      space.awaitTrue("the first is gone", () -> space.get(Job.class, "s-1") == null);
      space.merge(JobSchedule.class, "s", "{\"spec\":{\"desiredState\":\"Disabled\"}}");
      JobSchedule disabled =
          awaitSchedule(space, s -> s.stateOrActive() == JobScheduleState.DISABLED);

      assertThat(disabled.statusOrNew().lastJob()).isGreaterThanOrEqualTo(4);
      assertThat(space.kubelet().ran(space.name()))
          .extracting(Ran::task)
          .doesNotHaveDuplicates()
          .contains("s-1-a", "s-2-a", "s-3-a", "s-4-a");
    }
  }

  @Test
  void theNextJobWaitsForTheOneBefore() {
    try (Space space = new Space("one-at-a-time")) {
      space.kubelet().script(space.name(), "s-1-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      schedule(space, "schedule: {recurrenceInterval: 1s}\n");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      awaitSchedule(
          space,
          s ->
              s.statusOrNew().conditions().stream()
                  .anyMatch(c ->
                      c.type().equals("Ready")
                          && String.valueOf(c.message()).contains("follows when it is over")));
      assertThat(jobs(space)).hasSize(1);

      space.kubelet().finish(space.name(), "s-1-a", End.SUCCESS);

      space.awaitTrue("the second", () -> completed(space.get(Job.class, "s-2")));
    }
  }

  @Test
  void aScheduleThatIsTerminatedEndsItsJobWithAReasonOfItsOwn() {
    try (Space space = new Space("end-schedule")) {
      space.kubelet().script(space.name(), "s-1-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      schedule(space, "schedule: {recurrenceInterval: 1h}\n");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.merge(JobSchedule.class, "s", "{\"spec\":{\"desiredState\":\"Terminated\"}}");

      awaitSchedule(space, s -> s.stateOrActive() == JobScheduleState.COMPLETED);
      Job job = space.awaitCompleted("s-1");
      assertThat(job.getStatus().executionInfo().terminateReason())
          .isEqualTo("TerminateJobSchedule");
    }
  }

  @Test
  void noStartGetsTwoJobsWhenTheOperatorIsKilledAndOnlyTheLatestThatItMissedIsMadeUp() {
    try (Space space = new Space("restart")) {
      RunningOperator first = space.operator();
      space.pool("p", 1, 1);
      schedule(space, "schedule: {recurrenceInterval: 2s}\n");
      space.awaitTrue("the first", () -> completed(space.get(Job.class, "s-1")));
      first.kill();
      space.awaitTrue(
          "a start is missed",
          () ->
              java.time.Instant.now()
                  .isAfter(
                      java.time.Instant.parse(
                              space
                                  .get(JobSchedule.class, "s")
                                  .getMetadata()
                                  .getCreationTimestamp())
                          .plusSeconds(9)));
      int before = jobs(space).size();
      space.operator();

      space.awaitTrue("another", () -> completed(space.get(Job.class, "s-" + (before + 1))));
      space.merge(JobSchedule.class, "s", "{\"spec\":{\"desiredState\":\"Disabled\"}}");
      awaitSchedule(space, s -> s.stateOrActive() == JobScheduleState.DISABLED);
      List<String> starts =
          jobs(space).stream()
              .map(j -> j.getMetadata().getAnnotations().get("poolwright.io/scheduled-for"))
              .toList();
      assertThat(starts).doesNotHaveDuplicates();
      assertThat(space.kubelet().ran(space.name())).extracting(Ran::task).doesNotHaveDuplicates();
    }
  }

  @Test
  void aNameThatSomebodyElseHasIsTold() {
    try (Space space = new Space("taken")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: s-1}
          spec: {poolInfo: {poolId: p}}
          """);
      schedule(space, "schedule: {}\n");

      JobSchedule stuck =
          awaitSchedule(
              space,
              s ->
                  s.statusOrNew().conditions().stream()
                      .anyMatch(c -> c.type().equals("Ready") && c.reason().equals("JobRefused")));
      assertThat(Space.ready(stuck.statusOrNew().conditions()).message())
          .contains("A Job named s-1 exists and does not belong to this schedule");
      space.delete(Job.class, "s-1");
      awaitSchedule(space, s -> s.stateOrActive() == JobScheduleState.COMPLETED);
      assertThat(completed(space.get(Job.class, "s-1"))).isTrue();
    }
  }
}
