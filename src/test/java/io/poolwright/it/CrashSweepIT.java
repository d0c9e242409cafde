package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.client.http.HttpClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries each write of a scenario as the one that goes wrong (section 6 of the design). The order of
 * writes differs from run to run, so that "write 17" is not the same write in each; the sweep as a
 * whole still meets every kind of write, many of them several times.
 */
class CrashSweepIT {
  private static final Logger LOG = LoggerFactory.getLogger(CrashSweepIT.class);

  /** The most that a fault-free run wrote, of a few. */
  private static final Map<Scenarios, Integer> WRITES = new EnumMap<>(Scenarios.class);

  /**
   * All, or the one that POOLWRIGHT_SWEEP names, for whoever works on it; so with POOLWRIGHT_FAULT.
   */
  private static List<Scenarios> scenarios() {
    String one = System.getenv("POOLWRIGHT_SWEEP");
    return one == null ? List.of(Scenarios.values()) : List.of(Scenarios.valueOf(one));
  }

  @BeforeAll
  static void count() {
    for (Scenarios scenario : scenarios()) {
      for (int i = 0; i < 3; i++) {
        try (SweepStory story = new SweepStory(scenario, Fault.none())) {
          assertThat(story.run()).as(scenario.name()).isEmpty();
          WRITES.merge(scenario, story.writes().size(), Math::max);
          LOG.atInfo().log("a fault-free run of {}: {}", scenario, story.writes());
        }
      }
    }
  }

  @Test
  void aFaultFreeRunIsNotChatty() {
    assumeTrue(WRITES.containsKey(Scenarios.RETRIES));
    // Seven a task and seven for the retry with its event, two node pods, and what pool and job say
    // of themselves.
    assertThat(WRITES.get(Scenarios.RETRIES)).isBetween(5 * 7 + 8 + 2, 5 * 7 + 8 + 2 + 20);
  }

  static Stream<Arguments> faults() {
    String fault = System.getenv("POOLWRIGHT_FAULT");
    return scenarios().stream()
        .flatMap(s ->
            Arrays.stream(Fault.Kind.values())
                .filter(k -> k != Fault.Kind.NONE && (fault == null || k.name().equals(fault)))
                .map(k -> Arguments.of(s, k)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void everyWriteMayGoWrong(Scenarios scenario, Fault.Kind kind) throws InterruptedException {
    HttpClient other = ApiServer.running().admin().getHttpClient();
    int writes = WRITES.get(scenario);
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger fired = new AtomicInteger();
    List<Future<?>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(scenario.atOnce())) {
      int step = Math.max(1, writes / scenario.faultsOfAKind());
      // Each kind of fault begins at another write, so that together they hit most of them.
      for (int k = 1 + kind.name().length() % step; k <= writes; k += step) {
        Fault fault = new Fault(kind, k, other);
        runs.add(threads.submit(() -> run(scenario, fault, failures, fired)));
      }
    }
    for (int i = 0; i < runs.size(); i++) {
      try {
        runs.get(i).get();
      } catch (ExecutionException e) {
        failures.add(kind + " in run " + (i + 1) + ": " + e.getCause());
      }
    }

    assertThat(failures).isEmpty();
    assertThat(fired.get())
        .as("runs in which the write was reached")
        .isGreaterThan(runs.size() * 2 / 3);
  }

  /**
   * A busy machine lets several records go in one write, so that a run may be over before its fault
   * is due: then once more, as far into what this run wrote.
   */
  private static void run(
      Scenarios scenario, Fault fault, List<String> failures, AtomicInteger fired) {
    Outcome outcome = outcome(scenario, fault);
    if (!outcome.fired() && outcome.problems().isEmpty()) {
      int sooner = fault.at() * outcome.writes().size() / WRITES.get(scenario);
      outcome = outcome(scenario, fault.at(Math.max(1, sooner)));
    }
    if (outcome.fired()) {
      fired.incrementAndGet();
    }
    if (!outcome.problems().isEmpty()) {
      failures.add(outcome.toString());
    }
  }

  private static Outcome outcome(Scenarios scenario, Fault fault) {
    try (SweepStory story = new SweepStory(scenario, fault)) {
      List<String> problems = story.run();
      return new Outcome(fault, story.faultFired(), story.writes(), problems);
    }
  }

  private record Outcome(
      Fault fault, boolean fired, List<Tap.Write> writes, List<String> problems) {
    @Override
    public String toString() {
      int at = fault.at();
      return "%s at write %d of %d (%s): %s"
          .formatted(
              fault.kind(),
              at,
              writes.size(),
              at <= writes.size() ? writes.get(at - 1) : "not reached",
              problems);
    }
  }
}
