package io.poolwright.plan.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.TaskResult;
import io.poolwright.plan.Shown;
import io.poolwright.snapshot.ExitActionsSeen;
import io.poolwright.snapshot.ExitActionsSeen.Ended;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.FirstOf;
import io.poolwright.snapshot.JobSeen;
import io.poolwright.snapshot.PreparedSeen;
import io.poolwright.snapshot.UnmadeSeen;
import io.poolwright.testing.Case;
import io.poolwright.testing.Goldens;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each rule of a job's life, as what is seen and what is decided. The cases are in
 * src/test/resources/JobLife.
 */
class JobLifeTest {

  @TestFactory
  Stream<DynamicTest> decisions() {
    return Goldens.plans(
        "JobLife",
        seen -> {
          JobSeen job = seen(seen);
          JobPlan plan = JobLife.decide(job);
          assertThat(JobLife.decide(job)).as("the same snapshot").isEqualTo(plan);
          if (job.job().stateOrActive() == JobState.COMPLETED) {
            assertThat(plan.say()).as("a completed job never changes").isNull();
          }
          return Shown.of(plan);
        });
  }

  private static TaskCounts counts(JsonNode said) {
    int succeeded = said.path("succeeded").asInt();
    int failed = said.path("failed").asInt();
    return new TaskCounts(
        said.path("active").asInt(),
        said.path("running").asInt(),
        succeeded + failed,
        succeeded,
        failed);
  }

  private static @Nullable Ended ended(JsonNode said) {
    return said.isMissingNode()
        ? null
        : new Ended(Instant.parse(said.path("at").asText()), said.path("task").asText());
  }

  private static FirstOf first(JsonNode tasks) {
    return tasks.isEmpty() ? FirstOf.NONE : new FirstOf(tasks.size(), tasks.path(0).asText());
  }

  /** Tried ten seconds ago at most, unless the case says when. */
  private static @Nullable UnmadeSeen unmade(Case seen) {
    JsonNode unmade = seen.setting("unmade");
    return unmade.isEmpty()
        ? null
        : new UnmadeSeen(
            unmade.path("tried").asInt(),
            unmade.path("places").asText(),
            unmade.path("taken").asBoolean(),
            unmade.path("message").asText(),
            unmade.has("at") ? Instant.parse(unmade.path("at").asText()) : seen.now());
  }

  private static JobSeen seen(Case seen) {
    JsonNode tasks = seen.setting("tasks");
    Job job = Objects.requireNonNull(seen.job());
    return new JobSeen(
        job,
        OwnTasks.of(job, job.getSpec().tasks(), seen.pool()),
        seen.text("complaint").orElse(null),
        counts(tasks),
        counts(seen.setting(seen.setting("slots").isEmpty() ? "tasks" : "slots")),
        new ExitActionsSeen(
            seen.text("terminatedBy").orElse(null),
            ended(seen.setting("disabledBy")),
            seen.text("managerEnded").map(TaskResult::valueOf).orElse(null)),
        seen.setting("absent").toString().contains("Pool") ? null : seen.pool(),
        seen.text("poolRefused").map(AutoPool::refused).orElse(null),
        first(seen.setting("stuck")),
        first(seen.setting("held")),
        seen.text("firstFailed").orElse(null),
        unmade(seen),
        new PreparedSeen(
            List.of(),
            seen.setting("prepared").path("open").asInt(),
            seen.setting("prepared").path("trouble").textValue(),
            seen.setting("prepared").path("note").textValue()),
        new FilesSeen(
            job.statusOrNew().files(),
            seen.text("lists").orElse(null),
            seen.text("listTrouble").orElse(null)),
        seen.now());
  }
}
