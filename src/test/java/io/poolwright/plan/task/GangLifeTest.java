package io.poolwright.plan.task;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.PoolBuilder.aPool;
import static io.poolwright.testing.TaskBuilder.aTask;
import static io.poolwright.testing.TaskPodBuilder.aTaskPod;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.api.task.TaskStatus.SubtaskState;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.testing.FakeClock;
import io.poolwright.testing.TaskBuilder;
import io.poolwright.testing.TaskPodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The members of a multi-instance task begin and end together. */
class GangLifeTest {
  private final Pool pool = aPool("p").nodes(3).joins().build();

  private static TaskPodBuilder primary() {
    return aTaskPod("t", 1);
  }

  private static TaskPodBuilder subtask(int id) {
    return aTaskPod("t", 1).subtask(id);
  }

  private static Task running(int retries) {
    Task task = aTask("t").instances(3).retries(retries).running(1, 0).build();
    task.setStatus(
        task.getStatus()
            .withSubtasks(
                List.of(
                    new Subtask(1, "p-node-2", "t-1-s1", TaskPodBuilder.uid("t", 1) + "-s1"),
                    new Subtask(2, "p-node-3", "t-1-s2", TaskPodBuilder.uid("t", 1) + "-s2"))));
    return task;
  }

  private TaskSeen seen(Task task, Set<String> gone, boolean scarce, TaskPodBuilder... pods) {
    return new TaskSeen(
        task,
        aJob("j").build(),
        pool,
        Stream.of(pods).map(TaskPodBuilder::seen).toList(),
        Map.of(),
        ParentsSeen.NONE,
        null,
        false,
        false,
        gone,
        scarce,
        null,
        Duration.ofMinutes(2),
        FakeClock.START.plusSeconds(30));
  }

  private TaskPlan decide(TaskPodBuilder... pods) {
    return TaskLife.decide(seen(running(0), Set.of(), false, pods));
  }

  private static TaskStatus said(TaskPlan plan) {
    assertThat(plan.say()).isNotNull();
    return plan.say();
  }

  private static String message(TaskStatus status) {
    return Conditions.find(status.conditions(), Conditions.READY).orElseThrow().message();
  }

  private static List<String> stopped(TaskPlan plan) {
    return plan.steps().stream()
        .map(s -> s instanceof TaskPlan.Stop stop ? stop.pod().name() : "not a stop: " + s)
        .toList();
  }

  @Test
  void whatAnOperatorLeftBehindTheGateIsLetGoByTheNext() {
    TaskPlan plan = decide(primary().letGo(), subtask(1), subtask(2));

    assertThat(plan.steps())
        .extracting(s -> ((TaskPlan.LetGo) s).pod().name())
        .containsExactly("t-1-s1", "t-1-s2");
    assertThat(plan.say()).isNull();
  }

  @Test
  void aPodThatTheCacheDoesNotHaveIsAskedForBeforeAnythingIsConcluded() {
    TaskPlan plan = decide(primary().running(), subtask(2).running());

    assertThat(plan.steps())
        .containsExactly(new TaskPlan.AskForPod("t-1-s1", TaskPodBuilder.uid("t", 1) + "-s1"));
    assertThat(plan.say()).isNull();
  }

  @Test
  void theSubtasksRunOnceAllCoordinationCommandsHaveSucceeded() {
    TaskStatus early =
        said(
            decide(
                primary().running().coordinated(),
                subtask(1).running(),
                subtask(2).running().coordinated()));
    assertThat(message(early)).contains("not returned on 1 of 3 nodes", "1 (p-node-2)");

    TaskStatus all =
        said(
            decide(
                primary().running().coordinated(),
                subtask(1).running().coordinated(),
                subtask(2).running().coordinated()));

    assertThat(all.stateOrActive()).isEqualTo(TaskState.RUNNING);
    assertThat(all.subtasks())
        .extracting(Subtask::state)
        .containsExactly(SubtaskState.RUNNING, SubtaskState.RUNNING);
  }

  @Test
  void theEndOfThePrimaryIsRecordedWhenTheOthersAreOver() {
    TaskPlan first =
        decide(primary().ended(0), subtask(1).running(), subtask(2).running().deleting());
    assertThat(stopped(first)).containsExactly("t-1-s1");
    assertThat(first.say()).isNull();

    TaskStatus over =
        said(
            decide(
                primary().ended(0),
                subtask(1).ended(143).deleting(),
                subtask(2).ended(143).deleting()));

    assertThat(over.stateOrActive()).isEqualTo(TaskState.COMPLETED);
    assertThat(over.execution().result()).isEqualTo(TaskResult.SUCCESS);
    assertThat(over.subtasks()).extracting(Subtask::state).containsOnly(SubtaskState.COMPLETED);
    assertThat(over.subtasks()).extracting(Subtask::exitCode).containsOnly(143);
  }

  @Test
  void aSubtaskThatFailsFailsTheTaskAndSaysWhich() {
    TaskPlan first = decide(primary().running(), subtask(1).ended(3), subtask(2).running());
    assertThat(stopped(first)).containsExactly("t-1", "t-1-s2");

    TaskPodBuilder[] end = {
      primary().ended(143).deleting(), subtask(1).ended(3), subtask(2).ended(143).deleting()
    };
    TaskStatus over = said(decide(end));
    assertThat(over.stateOrActive()).isEqualTo(TaskState.COMPLETED);
    assertThat(over.execution().failureInfo().code()).isEqualTo("FailureExitCode");
    assertThat(message(over)).startsWith("Subtask 1 on node p-node-2: ").contains("exit code 3");
    assertThat(over.subtasks()).extracting(Subtask::exitCode).containsExactly(3, 143);

    TaskStatus again = said(TaskLife.decide(seen(running(2), Set.of(), false, end)));
    assertThat(again.stateOrActive()).isEqualTo(TaskState.ACTIVE);
    assertThat(again.execution().retries()).isEqualTo(1);
  }

  @Test
  void aMemberThatIsLostEndsTheAttemptAndNobodyIsCharged() {
    Set<String> gone = Set.of(TaskPodBuilder.uid("t", 1) + "-s2");

    TaskStatus again =
        said(
            TaskLife.decide(
                seen(
                    running(0),
                    gone,
                    false,
                    primary().ended(143).deleting(),
                    subtask(1).ended(143).deleting())));

    assertThat(again.stateOrActive()).isEqualTo(TaskState.ACTIVE);
    assertThat(again.execution().retries()).isZero();
    assertThat(again.attempt().disruptions()).isEqualTo(1);
    assertThat(message(again)).contains("Subtask 2 on node p-node-3", "gone");
  }

  @Test
  void aPrimaryThatFailsBecauseAMachineIsTakenAwayIsNotCharged() {
    TaskStatus again =
        said(
            decide(
                primary().ended(1),
                subtask(1).ended(143).deleting().disrupted(),
                subtask(2).ended(143).deleting()));

    assertThat(again.stateOrActive()).isEqualTo(TaskState.ACTIVE);
    assertThat(again.execution().retries()).isZero();
  }

  @Test
  void podsOfTheLedgerAreHeldAndOthersOfTheAttemptAreNot() {
    List<TaskPlan.Step> steps =
        TaskLife.decide(
                seen(
                    running(0),
                    Set.of(),
                    false,
                    primary().running().coordinated(),
                    subtask(1).running().coordinated(),
                    subtask(2).running().coordinated(),
                    subtask(3)))
            .steps();

    assertThat(steps)
        .extracting(s -> ((TaskPlan.Release) s).pod().name())
        .containsExactly("t-1-s3");
  }

  @Test
  void whileItWaitsItSaysForHowManyNodes() {
    Task task = aTask("t").instances(3).build();
    assertThat(TaskLife.decide(seen(task, Set.of(), false)).say())
        .as("before its pool was looked at")
        .isNull();

    TaskPlan plan = TaskLife.decide(seen(task, Set.of(), true));

    assertThat(plan.runnable()).isTrue();
    assertThat(message(said(plan))).isEqualTo("Waits for 3 free nodes of pool p at once");
  }

  private String refusal(TaskBuilder task, Pool of) {
    TaskSeen seen = seen(task.build(), Set.of(), false);
    TaskPlan plan =
        TaskLife.decide(
            new TaskSeen(
                seen.task(),
                seen.job(),
                of,
                List.<PodSeen>of(),
                Map.of(),
                ParentsSeen.NONE,
                null,
                false,
                false,
                Set.of(),
                false,
                null,
                seen.startTimeout(),
                seen.now()));
    assertThat(plan.runnable()).isFalse();
    return message(said(plan));
  }

  @Test
  void whatCanNeverWorkIsSaidAtOnce() {
    TaskBuilder four = aTask("t").instances(4);

    assertThat(refusal(four, aPool("p").nodes(9).build())).contains("enableInterNodeCommunication");
    assertThat(refusal(four, aPool("p").nodes(9).joins().slots(2).build()))
        .contains("taskSlotsPerNode: 1");
    assertThat(refusal(four, pool)).contains("4 nodes are needed at once", "is to have 3");
  }
}
