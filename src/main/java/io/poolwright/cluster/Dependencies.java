package io.poolwright.cluster;

import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import io.poolwright.snapshot.ParentsSeen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks of one job wait for which. A function of its Task objects, kept up to date one task
 * at a time: the end of a task costs what depends on it, and nothing that depends on others.
 */
final class Dependencies {
  private static final int NAMED = 3;

  /** How a task stands towards those that depend on it. */
  enum Standing {
    /** Not over, or not there. */
    OPEN,
    SATISFIES,
    BLOCKS,
    FAILS
  }

  private static final class Child {
    private final DependsOn on;
    private final Set<String> ids;
    private long open;
    private final TreeSet<String> blockers = new TreeSet<>();
    private @Nullable String cycle;

    private Child(DependsOn on) {
      this.on = on;
      this.ids = new LinkedHashSet<>(on.taskIds());
    }

    /** Of a number that lies in several ranges each counts. */
    private int rangesWith(int number) {
      return (int) on.taskIdRanges().stream().filter(r -> r.contains(number)).count();
    }
  }

  private final Circles circles = new Circles(this::parents);

  private record Known(String name, Standing standing) {}

  private final Map<String, Known> tasks = new HashMap<>();

  /** Ids that are one number, by the number. */
  private final TreeMap<Integer, Set<String>> numbers = new TreeMap<>();

  private final Map<String, Child> children = new HashMap<>();
  private final Map<String, Set<String>> childrenOf = new HashMap<>();

  /** Children that depend on ranges. */
  private final Set<String> ranged = new HashSet<>();

  /** By name: tasks whose id another task had first. They count as not there. */
  private final Map<String, BoardEntry> twins = new HashMap<>();

  /** Children that are part of a circle. */
  private final Set<String> circular = new TreeSet<>();

  private FactoryParents factory = FactoryParents.NONE;

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Returns the names of those that have to look again. */
  List<String> put(BoardEntry task) {
    String id = task.id();
    Known first = tasks.get(id);
    if (factory.has(id) || (first != null && !first.name().equals(task.name()))) {
      twins.put(task.name(), task);
      return List.of();
    }
    Set<String> look = new TreeSet<>();
    Child known = children.get(id);
    boolean same = known == null ? task.dependsOn().none() : known.on.equals(task.dependsOn());
    if (!same) {
      forgetChild(id);
      learnChild(id, task.dependsOn());
    }
    boolean appears = !tasks.containsKey(id);
    Integer number = number(id);
    boolean was = number != null && satisfied(number);
    Standing before = standing(id);
    tasks.put(id, new Known(task.name(), task.standing()));
    stand(id, before, task.standing(), look);
    if (number != null) {
      numbers.computeIfAbsent(number, k -> new HashSet<>()).add(id);
      countNumber(number, was, satisfied(number), look);
    }
    if (!same && known != null) {
      recheckCycles(look);
    }
    if (!same || appears) {
      findCycles(id, look);
    }
    look.remove(id);
    return names(look);
  }

  /** Returns the names of those that have to look again. */
  List<String> remove(BoardEntry task) {
    String id = task.id();
    Known known = tasks.get(id);
    if (known == null || !known.name().equals(task.name())) {
      twins.remove(task.name());
      return List.of();
    }
    Set<String> look = new TreeSet<>();
    Integer number = number(id);
    boolean was = number != null && satisfied(number);
    tasks.remove(id);
    stand(id, known.standing(), Standing.OPEN, look);
    if (number != null) {
      Set<String> same = numbers.getOrDefault(number, new HashSet<>());
      same.remove(id);
      if (same.isEmpty()) {
        numbers.remove(number);
      }
      countNumber(number, was, satisfied(number), look);
    }
    forgetChild(id);
    recheckCycles(look);
    return withHeir(id, names(look));
  }

  /** The id is free for a task that had it too. */
  private List<String> withHeir(String id, List<String> look) {
    BoardEntry heir =
        twins.values().stream()
            .filter(t -> t.id().equals(id))
            .min(Comparator.comparing(BoardEntry::name))
            .orElse(null);
    if (heir == null) {
      return look;
    }
    twins.remove(heir.name());
    Set<String> all = new TreeSet<>(look);
    all.add(heir.name());
    all.addAll(put(heir));
    return List.copyOf(all);
  }

  private List<String> names(Set<String> ids) {
    return ids.stream().flatMap(i -> Stream.ofNullable(tasks.get(i))).map(Known::name).toList();
  }

  private Standing standing(String id) {
    Known known = tasks.get(id);
    return known == null ? Standing.OPEN : known.standing();
  }

  ParentsSeen of(String name, String id) {
    if (twins.containsKey(name)) {
      Known first = tasks.get(id);
      return ParentsSeen.twinOf(
          first == null || first.name().equals(name) ? id + " of the taskFactory" : first.name());
    }
    Child child = children.get(id);
    if (child == null) {
      return ParentsSeen.NONE;
    }
    FactoryParents.Seen ofFactory = factory.seenBy(child.on, child.open);
    long open = ofFactory.open();
    String fails =
        child.blockers.stream()
            .filter(b -> standing(b) == Standing.FAILS)
            .findFirst()
            .orElse(ofFactory.failing());
    String blocker = child.blockers.isEmpty() ? ofFactory.blocker() : child.blockers.first();
    return new ParentsSeen(
        open,
        open == 0 ? List.of() : firstOpen(child),
        fails == null ? blocker : fails,
        fails != null,
        child.cycle,
        null);
  }

  /**
   * The tasks of the job's factory stand otherwise now. There are few tasks that depend on them:
   * each is asked.
   *
   * @return the names of those that have to look again
   */
  List<String> factory(FactoryParents now) {
    Set<String> look = new TreeSet<>();
    children.forEach((id, child) -> {
      FactoryParents.Seen was = factory.seenBy(child.on, child.open);
      if (!now.seenBy(child.on, child.open).decidesAs(was)) {
        look.add(id);
      }
    });
    factory = now;
    return names(look);
  }

  /** The value of an id that is a number; null for others. */
  static @Nullable Integer number(String id) {
    if (!id.chars().allMatch(c -> '0' <= c && c <= '9')) {
      return null;
    }
    String digits = id.replaceFirst("^0+(?=.)", "");
    return digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE
        ? null
        : Integer.valueOf(digits);
  }

  private boolean satisfied(int number) {
    Set<String> ids = numbers.get(number);
    return ids != null && ids.stream().allMatch(i -> standing(i) == Standing.SATISFIES);
  }

  private void learnChild(String id, DependsOn on) {
    if (on.none()) {
      return;
    }
    Child child = new Child(on);
    children.put(id, child);
    for (String parent : child.ids) {
      childrenOf.computeIfAbsent(parent, k -> new HashSet<>()).add(id);
      child.open += standing(parent) == Standing.SATISFIES ? 0 : 1;
      block(child, parent, standing(parent));
    }
    for (TaskIdRange range : on.taskIdRanges()) {
      ranged.add(id);
      child.open += range.size();
      numbers
          .subMap(range.start(), true, range.end(), true)
          .forEach((number, ids) -> {
            child.open -= satisfied(number) ? 1 : 0;
            ids.forEach(i -> block(child, i, standing(i)));
          });
    }
  }

  private void forgetChild(String id) {
    Child child = children.remove(id);
    if (child == null) {
      return;
    }
    ranged.remove(id);
    circular.remove(id);
    for (String parent : child.ids) {
      Set<String> all = childrenOf.getOrDefault(parent, new HashSet<>());
      all.remove(id);
      if (all.isEmpty()) {
        childrenOf.remove(parent);
      }
    }
  }

  private static boolean blocks(Standing standing) {
    return standing == Standing.BLOCKS || standing == Standing.FAILS;
  }

  private static void block(Child child, String parent, Standing standing) {
    if (blocks(standing)) {
      child.blockers.add(parent);
    } else {
      child.blockers.remove(parent);
    }
  }

  /** A task stands otherwise now: those that name it count, and those in whose ranges it lies. */
  private void stand(String id, Standing before, Standing now, Set<String> look) {
    if (before == now) {
      return;
    }
    int by = (before == Standing.SATISFIES ? 1 : 0) - (now == Standing.SATISFIES ? 1 : 0);
    for (String name : childrenOf.getOrDefault(id, Set.of())) {
      Child child = known(name);
      count(name, child, by, look);
      changeBlocker(name, child, id, now, look);
    }
    Integer number = number(id);
    if (number == null) {
      return;
    }
    for (String name : ranged) {
      Child child = known(name);
      if (child.rangesWith(number) > 0) {
        changeBlocker(name, child, id, now, look);
      }
    }
  }

  private static void changeBlocker(
      String name, Child child, String parent, Standing now, Set<String> look) {
    boolean was = child.blockers.contains(parent);
    block(child, parent, now);
    if (was || blocks(now)) {
      look.add(name);
    }
  }

  private void countNumber(int number, boolean was, boolean is, Set<String> look) {
    if (was == is) {
      return;
    }
    for (String name : ranged) {
      Child child = known(name);
      count(name, child, (was ? 1 : -1) * child.rangesWith(number), look);
    }
  }

  private static void count(String name, Child child, int by, Set<String> look) {
    long before = child.open;
    child.open += by;
    if ((before == 0) != (child.open == 0)) {
      look.add(name);
    }
  }

  private Child known(String id) {
    return Objects.requireNonNull(children.get(id));
  }

  private List<String> firstOpen(Child child) {
    List<String> first = new ArrayList<>();
    for (String id : child.ids) {
      if (first.size() < NAMED && standing(id) != Standing.SATISFIES && !factory.satisfied(id)) {
        first.add(tasks.containsKey(id) || factory.has(id) ? id : id + " (does not exist)");
      }
    }
    for (TaskIdRange range : child.on.taskIdRanges()) {
      // The ids that are over may be many: of a range at most as many are looked at as have ended.
      for (long n = factory.nextOpen(range.start());
          n <= range.end() && first.size() < NAMED;
          n = factory.nextOpen(n + 1)) {
        if (!satisfied((int) n)) {
          boolean there = numbers.containsKey((int) n) || factory.has("" + n);
          first.add(there ? "" + n : n + " (does not exist)");
        }
      }
    }
    return first;
  }

  /** Only a task that others wait for already can close a circle. */
  private void findCycles(String id, Set<String> look) {
    Integer number = number(id);
    boolean waitedFor =
        childrenOf.containsKey(id)
            || (number != null && ranged.stream().anyMatch(r -> known(r).rangesWith(number) > 0));
    Child child = children.get(id);
    if (child == null || !waitedFor) {
      return;
    }
    circles
        .with(id)
        .forEach((each, circle) -> {
          circular.add(each);
          known(each).cycle = circle;
          look.add(each);
        });
  }

  /** What is taken away makes no circle: those that there still are are among those that were. */
  private void recheckCycles(Set<String> look) {
    Map<String, String> circle = circles.among(circular);
    for (String id : List.copyOf(circular)) {
      String now = circle.get(id);
      if (now == null) {
        circular.remove(id);
      }
      if (!Objects.equals(now, known(id).cycle)) {
        known(id).cycle = now;
        look.add(id);
      }
    }
  }

  private Set<String> parents(String id) {
    Child child = children.get(id);
    if (child == null) {
      return Set.of();
    }
    Set<String> parents = new LinkedHashSet<>(child.ids);
    for (TaskIdRange range : child.on.taskIdRanges()) {
      numbers.subMap(range.start(), true, range.end(), true).values().forEach(parents::addAll);
    }
    return parents;
  }
}
