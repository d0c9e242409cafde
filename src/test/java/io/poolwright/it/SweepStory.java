package io.poolwright.it;

import static org.awaitility.Awaitility.await;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * A pool of two, a job of five tasks, one of which fails once; and what must be true at its end,
 * whatever happened on the way.
 */
final class SweepStory implements AutoCloseable {
  static final String POOL = "two";
  static final String JOB = "five";
  private static final List<String> STEADY = List.of("a", "b", "c", "d");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Fault fault;
  private final Tap tap;
  private final Space space = new Space("sweep");

  SweepStory(Fault fault) {
    this.fault = fault;
    this.tap = new Tap(fault);
  }

  /** Runs it, and returns what is not as it must be. */
  List<String> run() {
    space.kubelet().script(space.name(), JOB + "-flaky", End.first(new End.Exit(1)));
    space.pool(POOL, 2, 1);
    space.job(JOB, POOL, 3, "a", "b", "flaky", "c", "d");
    RunningOperator first = space.operator(tap);
    try {
      switch (fault.kind()) {
        case KILLED_BEFORE, KILLED_AFTER -> {
          until("the kill, or the end", () -> tap.isDead() || isOver());
          first.kill();
          space.operator();
        }
        case HELD, DELAYED -> {
          until("the hold, or the end", () -> fault.hasFired() || isOver());
          space.operator();
          until("the job's end by the second", this::jobIsOver);
          fault.goOn();
          until("the first has said all that it held", () -> fault.held() == 0);
        }
        case NONE, ANSWER_LOST, SENT_TWICE -> {}
      }
      until("the end", this::isOver);
      // What is wrong now may be on its way to be right, but what is right must stay so.
      patiently("all as it must be")
          .during(Duration.ofMillis(300))
          .until(() -> problems().isEmpty());
      return List.of();
    } catch (ConditionTimeoutException | TerminalFailureException e) {
      List<String> all = new ArrayList<>(problems());
      all.addFirst(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      return all;
    }
  }

  private void until(String what, Callable<Boolean> holds) {
    patiently(what).until(holds);
  }

  private ConditionFactory patiently(String what) {
    return await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .failFast("what was done too often cannot be undone", this::beyondRepair);
  }

  private boolean beyondRepair() {
    Map<String, Integer> allowed = expectedRuns();
    return !letGoMoreThanOnce().isEmpty()
        || runs().entrySet().stream()
            .anyMatch(r -> r.getValue() > allowed.getOrDefault(r.getKey(), 0));
  }

  boolean faultFired() {
    return fault.hasFired();
  }

  List<Tap.Write> writes() {
    return tap.writes();
  }

  private boolean jobIsOver() {
    return space.job(JOB).stateOrActive() == JobState.COMPLETED && space.taskPods().isEmpty();
  }

  /**
   * And the pool says so too, which an operator that stands still may contradict until it goes on.
   */
  private boolean isOver() {
    Pool pool = space.pool(POOL);
    boolean used = pool.statusOrNew().usedSlots() == null || pool.statusOrNew().usedSlots() > 0;
    return jobIsOver() && !used && Space.reason(pool).equals("Steady");
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    Job job = space.job(JOB);
    expect(problems, "job state", JobState.COMPLETED, job.stateOrActive());
    expect(problems, "job reason", "Succeeded", Space.reason(job));
    expect(problems, "counts", new TaskCounts(0, 0, 5, 5, 0), job.statusOrNew().taskCounts());
    expect(problems, "progress", "5/5", job.statusOrNew().progress());
    Map<String, Task> tasks =
        space.tasks().stream()
            .collect(
                Collectors.toMap(
                    t -> t.getMetadata().getName(), t -> t, (a, b) -> a, TreeMap::new));
    expect(
        problems,
        "tasks",
        List.of("five-a", "five-b", "five-c", "five-d", "five-flaky"),
        List.copyOf(tasks.keySet()));
    tasks.forEach((name, task) -> ofTask(problems, name, task));
    expect(
        problems,
        "task pods",
        List.of(),
        space.taskPods().stream().map(p -> p.getMetadata().getName()).toList());
    expect(problems, "node pods", 2, space.nodePods().size());
    expect(problems, "commands run", expectedRuns(), runs());
    letGoMoreThanOnce()
        .forEach((attempt, pods) -> problems.add("let go for " + attempt + ": " + pods));
    return problems;
  }

  private static void ofTask(List<String> problems, String name, Task task) {
    int retries = name.equals(JOB + "-flaky") ? 1 : 0;
    expect(problems, name + " state", TaskState.COMPLETED, task.statusOrNew().stateOrActive());
    expect(problems, name + " result", TaskResult.SUCCESS, task.statusOrNew().execution().result());
    expect(problems, name + " exit code", 0, task.statusOrNew().execution().exitCode());
    expect(problems, name + " retryCount", retries, task.statusOrNew().execution().retries());
    expect(problems, name + " attempts", retries + 1, task.statusOrNew().attempts());
  }

  private static Map<String, Integer> expectedRuns() {
    Map<String, Integer> runs = new TreeMap<>();
    STEADY.forEach(id -> runs.put(JOB + "-" + id, 1));
    runs.put(JOB + "-flaky", 2);
    return runs;
  }

  private Map<String, Integer> runs() {
    Map<String, Integer> runs = new TreeMap<>();
    space.kubelet().ran(space.name()).forEach(r -> runs.merge(r.task(), 1, Integer::sum));
    return runs;
  }

  private Map<String, List<Ran>> letGoMoreThanOnce() {
    Map<String, List<Ran>> all =
        space.kubelet().letGo(space.name()).stream()
            .collect(Collectors.groupingBy(r -> r.task() + "-" + r.attempt()));
    all.values().removeIf(pods -> pods.size() == 1);
    return all;
  }

  private static void expect(List<String> problems, String what, Object wanted, Object found) {
    if (!Objects.equals(wanted, found)) {
      problems.add(what + " is " + found + ", not " + wanted);
    }
  }

  @Override
  public void close() {
    fault.goOn();
    space.killAll();
  }
}
