package io.poolwright.board;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.PoolBuilder.aPool;
import static io.poolwright.testing.TaskBuilder.aTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec.OnAllTasksComplete;
import io.poolwright.api.job.JobSpec.OnTaskFailure;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.ExitConditions.DependencyAction;
import io.poolwright.api.task.ExitConditions.ExitCodeMapping;
import io.poolwright.api.task.ExitConditions.ExitCodeRangeMapping;
import io.poolwright.api.task.ExitConditions.ExitOptions;
import io.poolwright.api.task.ExitConditions.JobAction;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Phase;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.board.JobModel.Ended;
import io.poolwright.board.JobModel.How;
import io.poolwright.board.JobModel.Member;
import io.poolwright.plan.job.JobLife;
import io.poolwright.plan.task.TaskLife;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.JobSeen;
import io.poolwright.snapshot.PreparedSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random jobs, whose tasks depend on each other and end in random ways, as the board, the tasks'
 * and the job's decisions have them together, beside {@link JobModel}. Tasks end one at a time; the
 * job may look only after several have.
 */
class JobModelTest {

  private static final List<DependencyAction> ACTIONS = List.of(DependencyAction.values());

  /** All but the one that follows from others. */
  private static final List<How> WAYS =
      List.of(How.SUCCESS, How.EXIT_CODE, How.STOPPED, How.BEFORE_THE_COMMAND, How.UPLOAD);

  private final Board board = new Board(new FakeClock());
  private final JobModel model = new JobModel();
  private final Map<String, Task> tasks = new TreeMap<>();
  private final Pool pool = aPool("p").build();
  private final Job job =
      aJob("j")
          .onTaskFailure(OnTaskFailure.PERFORM_EXIT_OPTIONS_JOB_ACTION)
          .onAllTasksComplete(OnAllTasksComplete.TERMINATE_JOB)
          .build();
  private int version;
  private int ends;

  static LongStream seeds() {
    return LongStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void statesAgreeAfterEveryEnd(long seed) {
    Random random = new Random(seed);
    board.open();
    make(random);
    for (int step = 0; step < 40; step++) {
      compare();
      List<String> able = new ArrayList<>(tasks.keySet());
      able.removeIf(id -> !Set.of("Runs", "DependencyFailed").contains(model.state(id)));
      List<String> failed = new ArrayList<>(tasks.keySet());
      failed.removeIf(id -> !model.state(id).equals("Failure"));
      if (!able.isEmpty() && random.nextInt(10) > 0) {
        end(able.get(random.nextInt(able.size())), random);
      } else if (!failed.isEmpty() && !model.over()) {
        reactivate(failed.get(random.nextInt(failed.size())), step);
      }
      if (random.nextInt(3) > 0) {
        lookAtJob(random.nextInt(3) == 0 && model.disabled(), step);
      }
    }
    lookAtJob(false, 0);
    compare();
  }

  private void make(Random random) {
    int count = 1 + random.nextInt(8);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("" + i);
    }
    Collections.shuffle(ids, random);
    for (String id : ids) {
      Set<String> parents = new HashSet<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        // Mostly forward; now and then a circle, or a task that does not exist.
        int below = random.nextInt(12) == 0 ? count + 1 : Math.max(1, Integer.parseInt(id));
        parents.add("" + random.nextInt(below));
      }
      if (Integer.parseInt(id) == 0 && random.nextInt(4) > 0) {
        parents.clear();
      }
      ExitConditions exits = exits(random);
      model.tasks.put(id, new Member(parents, exits, null));
      Task task =
          aTask("j-" + id)
              .id(id)
              .of("j")
              .image("i")
              .dependsOn(new DependsOn(List.copyOf(parents), List.of()))
              .exits(exits)
              .build();
      tasks.put(id, task);
      put(task, false);
    }
  }

  private static ExitConditions exits(Random random) {
    List<ExitCodeMapping> codes = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      codes.add(new ExitCodeMapping(random.nextInt(4), options(random)));
    }
    List<ExitCodeRangeMapping> ranges =
        random.nextInt(3) > 0
            ? List.of()
            : List.of(new ExitCodeRangeMapping(random.nextInt(2), 2, options(random)));
    return new ExitConditions(
        codes,
        ranges,
        orNot(random),
        orNot(random),
        random.nextInt(4) == 0 ? null : options(random));
  }

  private static @Nullable ExitOptions orNot(Random random) {
    return random.nextBoolean() ? null : options(random);
  }

  private static ExitOptions options(Random random) {
    JobAction action =
        switch (random.nextInt(10)) {
          case 0 -> JobAction.TERMINATE;
          case 1, 2, 3 -> JobAction.DISABLE;
          default -> JobAction.NONE;
        };
    return new ExitOptions(action, random.nextInt(4) == 0 ? null : ACTIONS.get(random.nextInt(3)));
  }

  private void put(Task task, boolean runnable) {
    task.getMetadata().setResourceVersion(Integer.toString(++version));
    board.put(task, job, runnable);
  }

  private Instant now() {
    return FakeClock.START.plusSeconds(10L + ends);
  }

  private TaskPlan plan(Task task) {
    return TaskLife.decide(
        new TaskSeen(
            task,
            job,
            pool,
            List.of(),
            Map.of(),
            board.parents(task),
            null,
            false,
            false,
            Set.of(),
            false,
            null,
            Duration.ofMinutes(2),
            now()));
  }

  private static void compare(String id, String shown, String expected) {
    assertThat(shown).as("task %s", id).isEqualTo(expected);
  }

  private void compare() {
    tasks.forEach((id, task) -> compare(id, state(task), model.state(id)));
  }

  private String state(Task task) {
    TaskResult result = task.statusOrNew().execution().result();
    if (result != null) {
      return result == TaskResult.SUCCESS ? "Success" : "Failure";
    }
    TaskPlan plan = plan(task);
    TaskStatus say = plan.say() == null ? task.statusOrNew() : plan.say();
    if (say.stateOrActive() == TaskState.COMPLETED) {
      return say.execution().failureInfo().code();
    }
    if (plan.runnable()) {
      return "Runs";
    }
    return Conditions.find(say.conditions(), Conditions.READY).orElseThrow().reason();
  }

  private void end(String id, Random random) {
    Task task = tasks.get(id);
    ends++;
    TaskPlan plan = plan(task);
    if (!plan.runnable()) {
      task.setStatus(plan.say());
      model.end(id, new Ended(How.DEPENDENCY_FAILED, null, ends));
    } else {
      How how = WAYS.get(random.nextInt(WAYS.size()));
      Integer code =
          switch (how) {
            case SUCCESS, UPLOAD -> 0;
            case EXIT_CODE -> 1 + random.nextInt(3);
            case STOPPED -> random.nextBoolean() ? 2 : 137;
            default -> null;
          };
      task.setStatus(ended(how, code));
      model.end(id, new Ended(how, code, ends));
    }
    put(task, false);
  }

  private TaskStatus ended(How how, @Nullable Integer code) {
    String failure =
        switch (how) {
          case SUCCESS -> null;
          case EXIT_CODE -> "FailureExitCode";
          case STOPPED -> "TaskEnded";
          case BEFORE_THE_COMMAND -> "BlobNotFound";
          default -> "FileUploadContainerNotFound";
        };
    return new TaskStatus(
        1L,
        TaskState.COMPLETED,
        new ExecutionInfo(
            null,
            now().toString(),
            code,
            failure == null ? TaskResult.SUCCESS : TaskResult.FAILURE,
            failure == null
                ? null
                : new FailureInfo("UserError", failure, "x", List.of(), phase(how)),
            null,
            null),
        null,
        null,
        null,
        List.of());
  }

  private static @Nullable Phase phase(How how) {
    return switch (how) {
      case BEFORE_THE_COMMAND -> Phase.PRE_PROCESSING;
      case UPLOAD -> Phase.FILE_UPLOAD;
      case EXIT_CODE -> Phase.COMMAND;
      default -> null;
    };
  }

  private void reactivate(String id, int step) {
    Task task = tasks.get(id);
    task.getMetadata().setAnnotations(Map.of(Names.REACTIVATE, "" + step));
    task.setStatus(plan(task).say());
    put(task, false);
    model.reactivate(id);
  }

  private void lookAtJob(boolean enable, int step) {
    if (enable) {
      Map<String, String> marks = new HashMap<>();
      marks.put(Names.ENABLE, "" + step);
      job.getMetadata().setAnnotations(marks);
    }
    Key key = Key.of(job);
    JobStatus say =
        JobLife.decide(
                new JobSeen(
                    job,
                    List.of(),
                    null,
                    board.counts(key),
                    board.slotCounts(key),
                    board.actions(key),
                    aPool("p").build(),
                    null,
                    board.stuck(key),
                    board.held(key),
                    null,
                    null,
                    PreparedSeen.NONE,
                    FilesSeen.NONE,
                    now()))
            .say();
    if (say != null) {
      job.setStatus(say);
    }
    model.look(ends, enable);
    assertThat(job()).isEqualTo(model.job());
  }

  private String job() {
    if (job.stateOrActive() == JobState.COMPLETED) {
      return String.valueOf(job.getStatus().executionInfo().terminateReason());
    }
    String by = job.statusOrNew().exits().disabledBy();
    return by == null ? "Active" : "Disabled by " + by.substring("j-".length());
  }
}
