package io.poolwright.plan.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.task.TaskState;
import io.poolwright.plan.Shown;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.testing.Case;
import io.poolwright.testing.Goldens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each rule of a task's life, as what is seen and what is decided. The cases are in
 * src/test/resources/TaskLife.
 */
class TaskLifeTest {

  @TestFactory
  Stream<DynamicTest> decisions() {
    return Goldens.plans(
        "TaskLife",
        seen -> {
          TaskSeen task = seen(seen);
          TaskPlan plan = TaskLife.decide(task);
          assertThat(TaskLife.decide(task)).as("the same snapshot").isEqualTo(plan);
          boolean asked =
              seen.task().getMetadata().getAnnotations() != null
                  && seen.task().getMetadata().getAnnotations().containsKey(Names.REACTIVATE);
          if (task.task().statusOrNew().stateOrActive() == TaskState.COMPLETED && !asked) {
            assertThat(plan.say()).as("a completed task never changes").isNull();
          }
          return Shown.of(plan);
        });
  }

  private static ParentsSeen parents(JsonNode said) {
    List<String> first = new ArrayList<>();
    said.path("first").forEach(f -> first.add(f.asText()));
    return new ParentsSeen(
        said.path("open").asLong(),
        first,
        said.path("blocker").textValue(),
        said.path("fails").asBoolean(),
        said.path("lasting").asBoolean(),
        said.path("cycle").textValue(),
        said.path("twin").textValue());
  }

  static TaskSeen seen(Case seen) {
    return new TaskSeen(
        seen.task(),
        seen.job(),
        seen.pool(),
        seen.podsSeen(),
        seen.packages(),
        parents(seen.setting("parents")),
        seen.text("evicting").map(NodeDeallocationOption::valueOf).orElse(null),
        seen.text("preparing").map(Boolean::parseBoolean).orElse(false),
        seen.text("limited").map(Boolean::parseBoolean).orElse(false),
        seen.text("podGone").map(g -> seen.task().statusOrNew().attempt()).stream()
            .map(a -> a.podUid())
            .collect(Collectors.toSet()),
        seen.text("scarce").isPresent(),
        seen.text("pausedUntil").map(Instant::parse).orElse(null),
        seen.startTimeout(),
        seen.now());
  }
}
