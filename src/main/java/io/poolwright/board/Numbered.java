package io.poolwright.board;

import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Ids of Task objects that are numbers, by the number: several may be one, with zeros before it.
 */
final class Numbered {
  private final TreeMap<Integer, Set<String>> ids = new TreeMap<>();
  private final Predicate<String> satisfies;

  Numbered(Predicate<String> satisfies) {
    this.satisfies = satisfies;
  }

  void add(int number, String id) {
    ids.computeIfAbsent(number, k -> new HashSet<>()).add(id);
  }

  void remove(int number, String id) {
    Set<String> same = ids.getOrDefault(number, new HashSet<>());
    same.remove(id);
    if (same.isEmpty()) {
      ids.remove(number);
    }
  }

  Set<String> of(int number) {
    return ids.getOrDefault(number, Set.of());
  }

  /** Whether there is one, and all of it let others run. */
  boolean satisfied(int number) {
    return ids.containsKey(number) && ids.get(number).stream().allMatch(satisfies);
  }

  NavigableMap<Integer, Set<String>> in(TaskIdRange range) {
    return ids.subMap(range.start(), true, range.end(), true);
  }

  /**
   * A task of the factory may have a number, too: then both have to be over. How often that number
   * is taken for over although one of them is not, or for over twice.
   */
  long over(FactoryParents factory, DependsOn on) {
    return factory.size() == 0 || ids.isEmpty()
        ? 0
        : on.taskIdRanges().stream()
            .flatMap(r -> beside(factory, r).keySet().stream())
            .filter(n -> satisfied(n) || factory.satisfied(n))
            .count();
  }

  /** Those of the factory's numbers that only these keep from being over. */
  List<String> openBeside(FactoryParents factory, TaskIdRange range) {
    return beside(factory, range).entrySet().stream()
        .filter(e -> factory.satisfied(e.getKey()))
        .map(Map.Entry::getValue)
        .flatMap(Set::stream)
        .filter(satisfies.negate())
        .toList();
  }

  /** Those of a range that tasks of the factory have too. */
  private NavigableMap<Integer, Set<String>> beside(FactoryParents factory, TaskIdRange range) {
    int size = (int) factory.size();
    return range.start() >= size
        ? Collections.emptyNavigableMap()
        : in(range).headMap(Math.min(range.end(), size - 1), true);
  }
}
