package io.poolwright.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CirclesTest {
  private static final int MANY = 20_000;

  private final Map<String, Set<String>> graph = new HashMap<>();
  private int asked;

  private final Circles circles =
      new Circles(id -> {
        asked++;
        return graph.getOrDefault(id, Set.of());
      });

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  private void graph(int tasks, IntFunction<Set<String>> parents) {
    IntStream.range(0, tasks).forEach(i -> graph.put("" + i, parents.apply(i)));
  }

  private static Set<String> next(int task, int of) {
    return Set.of("" + (task + 1) % of);
  }

  @Test
  void ofALongCircleTheMiddleIsLeftOut() {
    graph(12, i -> next(i, 12));
    assertThat(circles.with("0"))
        .hasSize(12)
        .containsEntry("0", "0 → 1 → 2 → 3 → 4 → 5 → 6 → 7 → 8 → … → 11 → 0")
        .containsEntry("7", "7 → 8 → 9 → 10 → 11 → 0 → 1 → 2 → 3 → … → 6 → 7");
    graph.clear();
    graph(10, i -> next(i, 10));
    assertThat(circles.with("0").get("4")).isEqualTo("4 → 5 → 6 → 7 → 8 → 9 → 0 → 1 → 2 → 3 → 4");
  }

  @Test
  void aWayThereAndBackOverTheSameTaskIsSaidWithoutTheDetour() {
    graph.put("hub", Set.of("x"));
    graph.put("x", new LinkedHashSet<>(List.of("hub", "b")));
    graph.put("b", Set.of("x"));
    assertThat(circles.with("hub"))
        .containsEntry("hub", "hub → x → hub")
        .containsEntry("b", "b → x → b");
  }

  /** The board is locked meanwhile: each task's parents are asked for twice, not once per task. */
  @Test
  void theLongestCirclesAreFoundInLinearTime() {
    graph(MANY, i -> next(i, MANY));
    assertThat(circles.with("0")).hasSize(MANY);
    assertThat(asked).isLessThanOrEqualTo(2 * MANY);

    asked = 0;
    assertThat(circles.among(graph.keySet())).hasSize(MANY);
    assertThat(asked).isLessThanOrEqualTo(2 * MANY);

    // Many small ones in a row, each of which depends on the next.
    asked = 0;
    graph(MANY, i -> new HashSet<>(List.of("" + (i ^ 1), "" + Math.min(MANY - 1, i + 2))));
    assertThat(circles.among(graph.keySet())).hasSize(MANY);
    assertThat(asked).isLessThanOrEqualTo(2 * MANY);

    // One that all others close.
    asked = 0;
    graph(MANY, i -> i < MANY / 2 ? next(i, MANY) : Set.of("0"));
    Set<String> fan =
        IntStream.range(MANY / 2, MANY).mapToObj(i -> "" + i).collect(Collectors.toSet());
    graph.put("" + (MANY / 2 - 1), fan);
    assertThat(circles.with("0")).hasSize(MANY);
    assertThat(asked).isLessThanOrEqualTo(2 * MANY);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsSaidIsSo(long seed) {
    Random random = new Random(seed);
    int tasks = 1 + random.nextInt(30);
    graph(
        tasks,
        i ->
            random
                .ints(random.nextInt(3), 0, tasks + 2)
                .mapToObj(p -> "" + p)
                .collect(Collectors.toSet()));
    Map<String, String> among = circles.among(graph.keySet());
    for (String id : graph.keySet()) {
      boolean circular = reached(id).contains(id);
      assertThat(among.containsKey(id)).as(id).isEqualTo(circular);
      Map<String, String> with = circles.with(id);
      assertThat(with.containsKey(id)).as(id).isEqualTo(circular);
      with.forEach(this::holds);
      assertThat(with.keySet())
          .isEqualTo(
              reached(id).stream()
                  .filter(other -> reached(other).contains(id))
                  .collect(Collectors.toSet()));
    }
    among.forEach(this::holds);
  }

  private void holds(String id, String said) {
    List<String> names = List.of(said.split(" → ", -1));
    assertThat(names).startsWith(id).endsWith(id).hasSizeLessThanOrEqualTo(12);
    assertThat(names.subList(1, names.size())).doesNotHaveDuplicates();
    for (int i = 1; i < names.size(); i++) {
      if (names.get(i).equals("…")) {
        assertThat(reached(names.get(i - 1))).as(said).contains(names.get(i + 1));
      } else if (!names.get(i - 1).equals("…")) {
        assertThat(graph.get(names.get(i - 1))).as(said).contains(names.get(i));
      }
    }
  }

  private Set<String> reached(String id) {
    Set<String> reached = new HashSet<>();
    List<String> next = new ArrayList<>(graph.getOrDefault(id, Set.of()));
    while (!next.isEmpty()) {
      String at = next.removeLast();
      if (reached.add(at)) {
        next.addAll(graph.getOrDefault(at, Set.of()));
      }
    }
    return reached;
  }
}
