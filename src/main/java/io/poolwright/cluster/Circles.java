package io.poolwright.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Tasks that wait for themselves, by way of others perhaps. */
final class Circles {
  /** Of a longer one the middle is left out. */
  private static final int LONGEST_CIRCLE = 10;

  private final Function<String, Set<String>> parents;

  /**
   * @param parents the ids that one depends on
   */
  Circles(Function<String, Set<String>> parents) {
    this.parents = parents;
  }

  /** All that the task depends on, by way of others perhaps, and that depend on it. */
  Set<String> together(String id) {
    Map<String, Set<String>> below = new HashMap<>();
    Set<String> reached = new HashSet<>(Set.of(id));
    List<String> next = new ArrayList<>(reached);
    while (!next.isEmpty()) {
      String at = next.removeLast();
      for (String parent : parents.apply(at)) {
        below.computeIfAbsent(parent, k -> new HashSet<>()).add(at);
        if (reached.add(parent)) {
          next.add(parent);
        }
      }
    }
    Set<String> together = new TreeSet<>();
    next.addAll(below.getOrDefault(id, Set.of()));
    while (!next.isEmpty()) {
      String at = next.removeLast();
      if (together.add(at)) {
        next.addAll(below.getOrDefault(at, Set.of()));
      }
    }
    return together;
  }

  /** From one of them around to itself. */
  static String said(List<String> circle, String from) {
    int at = circle.indexOf(from);
    List<String> turned = new ArrayList<>(circle.subList(at, circle.size()));
    turned.addAll(circle.subList(0, at));
    if (turned.size() > LONGEST_CIRCLE) {
      turned.subList(LONGEST_CIRCLE - 1, turned.size() - 1).clear();
      turned.add(turned.size() - 1, "…");
    }
    turned.add(from);
    return String.join(" → ", turned);
  }

  /**
   * A way from the task over those that it depends on back to itself; empty where there is none.
   */
  List<String> through(String id) {
    Map<String, String> cameFrom = new HashMap<>();
    List<String> next = new ArrayList<>(List.of(id));
    while (!next.isEmpty()) {
      String at = next.removeLast();
      for (String parent : parents.apply(at)) {
        if (parent.equals(id)) {
          List<String> way = new ArrayList<>();
          for (String step = at; !step.equals(id); step = cameFrom.getOrDefault(step, id)) {
            way.addFirst(step);
          }
          way.addFirst(id);
          return way;
        }
        if (!cameFrom.containsKey(parent)) {
          cameFrom.put(parent, at);
          next.add(parent);
        }
      }
    }
    return List.of();
  }
}
