package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.task.TaskState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attempts whose writes take so long that their job is another's business when they are done. */
class LateStartIT {

  @ParameterizedTest
  @CsvSource({"Disabled, DISABLED, JobDisabled", "Terminated, COMPLETED, JobCompleted"})
  void noAttemptBeginsOfAJobThatIsNotToRunTasksAnyMore(
      String desired, JobState reached, String reason) {
    try (Space space = new Space("late-pod")) {
      HeldWrite late = HeldWrite.of("POST", "/pods", "\"j-a-1\"");
      // It would make the task another one than the start has seen.
      HeldWrite word = HeldWrite.of("PUT", "/tasks/j-a/status", reason);
      Tap tap = Tap.holding(late, word);
      space.operator(tap);
      space.pool("p", 1, 2);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.job("j", "p", 0, "a");
      space.awaitTrue("its pod is being made", late::isHeld);
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"" + desired + "\"}}");
      space.awaitJob("j", j -> j.stateOrActive() == reached);
      space.awaitTrue("and its task is about to say it", word::isHeld);
      late.goOn();

      // A pool looks once at a time: when it has looked for another task, that start is over.
      space.job("other", "p", 0, "x");
      space.awaitTask("other-x", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(space.task("j-a").statusOrNew().attempts()).isZero();
      word.goOn();
      space.awaitTrue(
          "the pod is taken back",
          () -> tap.writes().stream().anyMatch(w -> w.toString().equals("DELETE pods/j-a-1")));
      assertThat(space.task("j-a").statusOrNew().attempts()).isZero();
      assertThat(space.task("j-a").statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
      assertThat(space.kubelet().ran(space.name(), "j-a")).isEmpty();
      assertThat(space.job("j").stateOrActive()).isEqualTo(reached);
    }
  }
}
