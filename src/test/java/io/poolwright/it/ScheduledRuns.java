package io.poolwright.it;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.jobschedule.JobScheduleState;
import io.poolwright.api.pool.Pool;
import io.poolwright.pods.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A story of the crash sweep: a schedule makes jobs until it is disabled after the second; they
 * share a pool that is made for them.
 */
final class ScheduledRuns {
  private ScheduledRuns() {}

  static void begin(Space space) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: JobSchedule
        metadata: {name: s}
        spec:
          schedule: {recurrenceInterval: 1s}
          jobsHistoryLimit: 100
          jobSpecification:
            poolInfo:
              autoPoolSpecification:
                poolLifetimeOption: JobSchedule
                pool:
                  targetDedicatedNodes: 1
                  node: {image: i, size: {cpu: "1", memory: 1Gi}, directory: {kind: None}}
            tasks: [{id: a, commandLine: work}]
        """);
  }

  private static JobSchedule schedule(Space space) {
    JobSchedule found = space.get(JobSchedule.class, "s");
    if (found == null) {
      throw new IllegalStateException("the schedule is gone");
    }
    return found;
  }

  private static List<Job> jobs(Space space) {
    return space.user().resources(Job.class).inNamespace(space.name()).list().getItems();
  }

  static void goOn(Space space) {
    if (Scenario.runs(space).size() > 1 && !schedule(space).getSpec().wantsDisabling()) {
      space.merge(JobSchedule.class, "s", "{\"spec\":{\"desiredState\":\"Disabled\"}}");
    }
  }

  static boolean isDone(Space space) {
    List<Job> jobs = jobs(space);
    return schedule(space).stateOrActive() == JobScheduleState.DISABLED
        && jobs.size() > 1
        && jobs.stream().allMatch(j -> j.stateOrActive() == JobState.COMPLETED)
        && space.taskPods().isEmpty();
  }

  /** The pool has counted again the slots of the last task. */
  static boolean isSaid(Space space) {
    return pools(space).stream()
        .allMatch(p -> Integer.valueOf(0).equals(p.statusOrNew().usedSlots()));
  }

  private static List<Pool> pools(Space space) {
    return space.user().resources(Pool.class).inNamespace(space.name()).list().getItems();
  }

  static List<String> problems(Space space) {
    List<String> problems = new ArrayList<>();
    List<Job> jobs = jobs(space);
    Map<String, Integer> runs = Scenario.runs(space);
    jobs.forEach(j -> {
      String name = j.getMetadata().getName();
      Scenario.expect(problems, name, "Succeeded", Space.reason(j));
      Scenario.expect(problems, "runs of " + name, 1, runs.get(name + "-a"));
    });
    Scenario.expect(problems, "jobs that ran", runs.size(), jobs.size());
    long starts =
        jobs.stream()
            .map(j -> j.getMetadata().getAnnotations().get(Names.SCHEDULED_FOR))
            .distinct()
            .count();
    Scenario.expect(problems, "pools", 1, pools(space).size());
    Scenario.expect(problems, "node pods", 1, space.nodePods().size());
    Scenario.expect(problems, "starts", (long) jobs.size(), starts);
    Scenario.expect(
        problems,
        "task pods",
        List.of(),
        space.taskPods().stream().map(p -> p.getMetadata().getName()).toList());
    return problems;
  }

  static List<String> ranTooOften(Map<String, Integer> runs) {
    return PreparedNodes.ranTooOften(runs);
  }
}
