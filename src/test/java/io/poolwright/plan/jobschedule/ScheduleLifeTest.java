package io.poolwright.plan.jobschedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.api.pool.Pool;
import io.poolwright.plan.Shown;
import io.poolwright.snapshot.ScheduleSeen;
import io.poolwright.snapshot.ScheduleSeen.ScheduledJob;
import io.poolwright.testing.Case;
import io.poolwright.testing.Goldens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each rule of a schedule's life, as what is seen and what is decided. The cases are in
 * src/test/resources/ScheduleLife.
 */
class ScheduleLifeTest {

  @TestFactory
  Stream<DynamicTest> decisions() {
    return Goldens.plans(
        "ScheduleLife",
        seen -> {
          ScheduleSeen schedule = seen(seen);
          SchedulePlan plan = ScheduleLife.decide(schedule);
          assertThat(ScheduleLife.decide(schedule)).as("the same snapshot").isEqualTo(plan);
          boolean runs = schedule.jobs().stream().anyMatch(j -> !j.over());
          assertThat(runs && plan.create() != null).as("two at once").isFalse();
          return Shown.of(plan);
        });
  }

  private static ScheduleSeen seen(Case seen) {
    List<ScheduledJob> jobs = new ArrayList<>();
    for (JsonNode job : seen.setting("jobs")) {
      int number = job.path("number").asInt();
      jobs.add(
          new ScheduledJob(
              "s-" + number,
              "uid-" + number,
              number,
              Instant.parse(job.path("start").asText()),
              job.path("over").asBoolean(),
              job.path("ending").asBoolean()));
    }
    Pool pool = seen.pool();
    return new ScheduleSeen(
        seen.schedule(),
        jobs,
        pool == null ? List.of() : List.of(pool),
        seen.text("obstacle").orElse(null),
        seen.now());
  }
}
