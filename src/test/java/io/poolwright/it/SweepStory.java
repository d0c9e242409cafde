package io.poolwright.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** One scenario with one fault in it; and what must be true at its end, whatever happened. */
final class SweepStory implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Scenario scenario;
  private final Fault fault;
  private final Tap tap;
  private final Space space = new Space("sweep");

  SweepStory(Scenario scenario, Fault fault) {
    this.scenario = scenario;
    this.fault = fault;
    this.tap = new Tap(fault);
  }

  /** Runs it, and returns what is not as it must be. */
  List<String> run() {
    scenario.begin(space);
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
          until("the work's end by the second", () -> scenario.isDone(space));
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
    patiently(what)
        .until(() -> {
          scenario.goOn(space);
          return holds.call();
        });
  }

  private ConditionFactory patiently(String what) {
    return await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .failFast("what was done too often cannot be undone", this::beyondRepair);
  }

  private boolean beyondRepair() {
    return !letGoMoreThanOnce().isEmpty() || !scenario.ranTooOften(Scenario.runs(space)).isEmpty();
  }

  boolean faultFired() {
    return fault.hasFired();
  }

  List<Tap.Write> writes() {
    return tap.writes();
  }

  private boolean isOver() {
    return scenario.isDone(space) && scenario.isSaid(space);
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>(scenario.problems(space));
    problems.addAll(scenario.ranTooOften(Scenario.runs(space)));
    letGoMoreThanOnce()
        .forEach((attempt, pods) -> problems.add("let go for " + attempt + ": " + pods));
    return problems;
  }

  private Map<String, List<Ran>> letGoMoreThanOnce() {
    Map<String, List<Ran>> all =
        space.kubelet().letGo(space.name()).stream()
            .collect(Collectors.groupingBy(r -> r.task() + "-" + r.attempt()));
    all.values().removeIf(pods -> pods.size() == 1);
    return all;
  }

  @Override
  public void close() {
    fault.goOn();
    space.killAll();
  }
}
