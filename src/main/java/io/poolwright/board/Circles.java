package io.poolwright.board;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for themselves, by way of others perhaps, each with a circle that it is part of
 * in a sentence's form. However long the circles are, the parents of each task are asked for twice
 * at most: all of it is done while the board is locked.
 */
final class Circles {
  /** Of a longer one the middle is left out. */
  private static final int LONGEST = 10;

  private final Function<String, Set<String>> parents;

  /**
   * @param parents the ids that one depends on
   */
  Circles(Function<String, Set<String>> parents) {
    this.parents = parents;
  }

  /** All that depend on this one and that it depends on; empty where it is in no circle. */
  Map<String, String> with(String id) {
    Map<String, String> said = new HashMap<>();
    together(List.of(id), p -> true).stream()
        .filter(t -> t.contains(id))
        .forEach(t -> new Ring(id, t).sayTo(said));
    return said;
  }

  /** All that are in a circle of these alone. */
  Map<String, String> among(Set<String> ids) {
    Map<String, String> said = new HashMap<>();
    together(ids, ids::contains).forEach(t -> new Ring(t.iterator().next(), t).sayTo(said));
    return said;
  }

  /**
   * Sets of those that depend on each other: a search down to those that depend on nobody, and one
   * back up, from the last that the first was done with (Kosaraju's way).
   */
  private List<Set<String>> together(Collection<String> from, Predicate<String> within) {
    Map<String, List<String>> children = new HashMap<>();
    List<String> done = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String start : from) {
      List<Step> way = new ArrayList<>();
      if (seen.add(start)) {
        way.add(step(start));
      }
      while (!way.isEmpty()) {
        Step at = way.getLast();
        if (!at.parents().hasNext()) {
          done.add(way.removeLast().id());
          continue;
        }
        String parent = at.parents().next();
        if (within.test(parent)) {
          children.computeIfAbsent(parent, k -> new ArrayList<>()).add(at.id());
          if (seen.add(parent)) {
            way.add(step(parent));
          }
        }
      }
    }
    List<Set<String>> all = new ArrayList<>();
    for (String start : done.reversed()) {
      Set<String> together = new HashSet<>();
      List<String> next = new ArrayList<>(List.of(start));
      while (!next.isEmpty()) {
        String at = next.removeLast();
        if (seen.remove(at)) {
          together.add(at);
          next.addAll(children.getOrDefault(at, List.of()));
        }
      }
      if (!together.isEmpty()) {
        all.add(together);
      }
    }
    return all;
  }

  private record Step(String id, Iterator<String> parents) {}

  private Step step(String id) {
    return new Step(id, parents.apply(id).iterator());
  }

  /** Tasks that depend on each other, as seen from one of them. */
  private final class Ring {
    private final String hub;

    /** Shortest ways from the hub over those that it depends on, by where they end. */
    private final Map<String, Way> ways = new HashMap<>();

    /** The next on a shortest way to the hub. */
    private final Map<String, String> onward = new HashMap<>();

    /** The nearest that depends on the hub; null where none does. */
    private @Nullable String closing;

    private Ring(String hub, Set<String> members) {
      this.hub = hub;
      Map<String, List<String>> children = new HashMap<>();
      ways.put(hub, new Way(List.of(), true, hub));
      Queue<String> next = new ArrayDeque<>(List.of(hub));
      for (String at = next.poll(); at != null; at = next.poll()) {
        for (String parent : parents.apply(at)) {
          if (!members.contains(parent)) {
            continue;
          }
          children.computeIfAbsent(parent, k -> new ArrayList<>()).add(at);
          if (parent.equals(hub) && closing == null) {
            closing = at;
          }
          if (!ways.containsKey(parent)) {
            ways.put(parent, way(at).on(at, parent));
            next.add(parent);
          }
        }
      }
      next.add(hub);
      for (String at = next.poll(); at != null; at = next.poll()) {
        for (String child : children.getOrDefault(at, List.of())) {
          if (onward.putIfAbsent(child, at) == null) {
            next.add(child);
          }
        }
      }
    }

    private Way way(String to) {
      return Objects.requireNonNull(ways.get(to));
    }

    private void sayTo(Map<String, String> said) {
      if (closing != null) {
        String last = closing;
        ways.keySet().forEach(id -> said.put(id, id.equals(hub) ? said(id, last) : said(id, id)));
      }
    }

    /**
     * From the task to the hub, and on to where it began.
     *
     * @param to the task; of the hub who closes the circle
     */
    private String said(String id, String to) {
      List<String> names = new ArrayList<>();
      String at = id;
      while (!at.equals(hub) && names.size() < LONGEST) {
        names.add(at);
        at = Objects.requireNonNull(onward.get(at));
      }
      Way back = way(to);
      boolean whole = at.equals(hub) && back.whole();
      if (at.equals(hub)) {
        names.add(hub);
        names.addAll(back.first());
      }
      if (whole && !id.equals(hub)) {
        names.removeLast();
      }
      List<String> straight = withoutLoops(names);
      if (!whole || straight.size() > LONGEST) {
        straight = new ArrayList<>(straight.subList(0, Math.min(straight.size(), LONGEST - 1)));
        straight.add("…");
        straight.add(id.equals(hub) ? to : back.last());
      }
      straight.add(id);
      return String.join(" → ", straight);
    }

    /** A way there and a way back may share a part. */
    private static List<String> withoutLoops(List<String> names) {
      List<String> straight = new ArrayList<>();
      for (String name : names) {
        int before = straight.indexOf(name);
        if (before < 0) {
          straight.add(name);
        } else {
          straight.subList(before + 1, straight.size()).clear();
        }
      }
      return straight;
    }
  }

  /**
   * A way from the hub of a ring.
   *
   * @param first those after the hub, as many as can be said
   * @param whole whether these are all
   * @param last the one before its end
   */
  private record Way(List<String> first, boolean whole, String last) {
    private Way on(String from, String to) {
      if (!whole || first.size() == LONGEST) {
        return new Way(first, false, from);
      }
      List<String> more = new ArrayList<>(first);
      more.add(to);
      return new Way(more, true, from);
    }
  }
}
