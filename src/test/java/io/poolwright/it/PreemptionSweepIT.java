package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two tasks give way to one that needs the room of both, while writes go wrong: as {@link
 * CrashSweepIT}, with those writes alone that come with it.
 */
class PreemptionSweepIT {
  private static final int FAULTS_OF_A_KIND = 12;

  private static int before;
  private static int all;

  /** One story: who runs how often does not depend on what goes wrong. */
  private static final class GivesWay implements Scenario {
    private static final Map<String, Integer> RUNS =
        new TreeMap<>(Map.of("low-a", 2, "low-b", 2, "high-x", 1));

    @Override
    public void begin(Space space) {
      for (String task : List.of("low-a", "low-b")) {
        space.kubelet().script(space.name(), task, End.first(new End.Hang()));
      }
      space.pool("p", 1, 2);
      PreemptionIT.job(
          space,
          "low",
          "allowTaskPreemption: true",
          "tasks:\n- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n");
    }

    @Override
    public void goOn(Space space) {
      if (Scenario.runs(space).size() == 2 && space.get(Job.class, "high") == null) {
        PreemptionIT.job(
            space,
            "high",
            "priority: 5",
            "tasks: [{id: x, commandLine: work, requiredSlots: 2}]\n");
      }
    }

    @Override
    public boolean isDone(Space space) {
      return space.get(Job.class, "high") != null
          && Scenario.jobIsOver(space, "high")
          && Scenario.jobIsOver(space, "low");
    }

    @Override
    public boolean isSaid(Space space) {
      return Scenario.poolIsSteadyAndUnused(space, "p");
    }

    @Override
    public List<String> problems(Space space) {
      List<String> problems = new ArrayList<>();
      Scenario.expect(problems, "commands run", RUNS, Scenario.runs(space));
      for (Task task : space.tasks()) {
        String name = task.getMetadata().getName();
        var end = task.statusOrNew().execution();
        Scenario.expect(problems, name + " result", TaskResult.SUCCESS, end.result());
        Scenario.expect(problems, name + " retryCount", 0, end.retries());
      }
      return problems;
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return Scenario.above(RUNS, runs);
    }
  }

  @BeforeAll
  static void count() {
    try (SweepStory story = new SweepStory(new GivesWay(), Fault.none())) {
      assertThat(story.run()).isEmpty();
      all = story.writes().size();
      // Both have begun after their pods, intents and gates, and the events and statuses between.
      before = all / 4;
    }
  }

  @ParameterizedTest
  @EnumSource(value = Fault.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void whateverWriteGoesWrong(Fault.Kind kind) {
    List<String> failures = new ArrayList<>();
    int step = Math.ceilDiv(all - before, FAULTS_OF_A_KIND);
    for (int at = before; at <= all; at += step) {
      Fault fault = new Fault(kind, at, ApiServer.running().admin().getHttpClient());
      try (SweepStory story = new SweepStory(new GivesWay(), fault)) {
        List<String> problems = story.run();
        if (!problems.isEmpty()) {
          failures.add(kind + " at write " + at + ": " + problems);
        }
      }
    }
    assertThat(failures).isEmpty();
  }
}
