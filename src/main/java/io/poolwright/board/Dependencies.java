package io.poolwright.board;

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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which tasks of one job wait for which. A function of its Task objects, kept up to date one task
 * at a time: the end of a task costs what depends on it, and nothing that depends on others.
 */
final class Dependencies {
  private static final int NAMED = 3;

  private final Circles circles = new Circles(this::parents);

  private record Known(String name, Standing standing) {}

  private final Map<String, Known> tasks = new HashMap<>();

  private final Numbered numbers = new Numbered(i -> standing(i) == Standing.SATISFIES);

  private final Map<String, Child> children = new HashMap<>();
  private final Map<String, Set<String>> childrenOf = new HashMap<>();

  /** Children that depend on ranges. Of a number that lies in several of one child each counts. */
  private final RangeIndex ranged = new RangeIndex();

  /** By name: tasks whose id another task had first. They count as not there. */
  private final Map<String, BoardEntry> twins = new HashMap<>();

  /** Children that are part of a circle. */
  private final Set<String> circular = new TreeSet<>();

  private FactoryParents factory = FactoryParents.NONE;

  /** Whether all tasks are known: until then no circle is looked for. */
  private boolean open;

  Dependencies(boolean open) {
    this.open = open;
  }

  /** All circles that there are, in one search. */
  void open() {
    open = true;
    closed(circles.among(children.keySet()));
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Returns the names of those that have to look again. */
  List<String> put(BoardEntry task) {
    String id = task.id();
    Known first = tasks.get(id);
    if (factory.has(id) || (first != null && !first.name().equals(task.name()))) {
      // It may have been here before the factory: of those, it is among the tasks.
      List<String> look = remove(task);
      twins.put(task.name(), task);
      return look;
    }
    twins.remove(task.name());
    Set<String> look = new TreeSet<>();
    Child known = children.get(id);
    boolean same = known == null ? task.dependsOn().none() : known.on.equals(task.dependsOn());
    if (!same) {
      forgetChild(id);
      learnChild(id, task.dependsOn());
    }
    boolean appears = !tasks.containsKey(id);
    Integer number = RangeIndex.number(id);
    boolean was = number != null && numbers.satisfied(number);
    Standing before = standing(id);
    tasks.put(id, new Known(task.name(), task.standing()));
    stand(id, before, task.standing(), look);
    if (number != null) {
      numbers.add(number, id);
      countNumber(number, was, look);
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
    Integer number = RangeIndex.number(id);
    boolean was = number != null && numbers.satisfied(number);
    tasks.remove(id);
    stand(id, known.standing(), Standing.OPEN, look);
    if (number != null) {
      numbers.remove(number, id);
      countNumber(number, was, look);
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
    return tasks.containsKey(id) ? tasks.get(id).standing() : Standing.OPEN;
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
    FactoryParents.Seen ofFactory = seen(child, factory);
    long open = ofFactory.open();
    Optional<String> failing =
        child.blockers.stream().filter(b -> standing(b) == Standing.FAILS).findFirst();
    String fails = failing.orElse(ofFactory.failing());
    String blocker = child.blockers.isEmpty() ? ofFactory.blocker() : child.blockers.first();
    return new ParentsSeen(
        open,
        open == 0 ? List.of() : firstOpen(child),
        fails == null ? blocker : fails,
        fails != null,
        fails == null ? blocker != null && child.blockers.isEmpty() : failing.isEmpty(),
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
      if (!seen(child, now).decidesAs(seen(child, factory))) {
        look.add(id);
      }
    });
    if (now.size() != factory.size()) {
      tasks.keySet().stream().filter(now::has).forEach(look::add);
    }
    factory = now;
    List<String> told = names(look);
    List<String> free =
        twins.values().stream()
            .map(BoardEntry::id)
            .filter(id -> !tasks.containsKey(id) && !now.has(id))
            .distinct()
            .toList();
    for (String id : free) {
      told = withHeir(id, told);
    }
    return told;
  }

  private FactoryParents.Seen seen(Child child, FactoryParents by) {
    return by.seenBy(child.on, child.open + numbers.over(by, child.on));
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
      ranged.add(range, id);
      child.open += range.size();
      numbers
          .in(range)
          .forEach((number, ids) -> {
            child.open -= numbers.satisfied(number) ? 1 : 0;
            ids.forEach(i -> block(child, i, standing(i)));
          });
    }
  }

  private void forgetChild(String id) {
    Child child = children.remove(id);
    if (child == null) {
      return;
    }
    child.on.taskIdRanges().forEach(r -> ranged.remove(r, id));
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
    Integer number = RangeIndex.number(id);
    if (number == null) {
      return;
    }
    for (String name : ranged.with(number).keySet()) {
      changeBlocker(name, known(name), id, now, look);
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

  private void countNumber(int number, boolean was, Set<String> look) {
    int by = (was ? 1 : 0) - (numbers.satisfied(number) ? 1 : 0);
    boolean ofFactory = number < factory.size();
    if (by == 0 && !ofFactory) {
      return;
    }
    ranged
        .with(number)
        .forEach((name, times) -> {
          count(name, known(name), by * times, look);
          if (ofFactory) {
            look.add(name);
          }
        });
  }

  private void count(String name, Child child, int by, Set<String> look) {
    boolean waited = waits(child);
    child.open += by;
    if (waited != waits(child)) {
      look.add(name);
    }
  }

  private boolean waits(Child child) {
    return factory.size() == 0 ? child.open > 0 : seen(child, factory).open() > 0;
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
        if (n < factory.size() || !numbers.satisfied((int) n)) {
          boolean there = n < factory.size() || !numbers.of((int) n).isEmpty();
          first.add(there ? "" + n : n + " (does not exist)");
        }
      }
      for (String id : numbers.openBeside(factory, range)) {
        if (first.size() < NAMED) {
          first.add(id);
        }
      }
    }
    return first;
  }

  private void findCycles(String id, Set<String> look) {
    if (open
        && children.containsKey(id)
        && Closing.isInCircle(id, this::parents, this::dependents)) {
      look.addAll(closed(circles.with(id)));
    }
  }

  private Set<String> closed(Map<String, String> said) {
    circular.addAll(said.keySet());
    said.forEach((id, circle) -> known(id).cycle = circle);
    return said.keySet();
  }

  private Set<String> dependents(String id) {
    Integer number = RangeIndex.number(id);
    Set<String> named = childrenOf.getOrDefault(id, Set.of());
    Set<String> inRanges = number == null ? Set.of() : ranged.with(number).keySet();
    if (inRanges.isEmpty()) {
      return named;
    }
    Set<String> all = new HashSet<>(named);
    all.addAll(inRanges);
    return all;
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
      numbers.in(range).values().forEach(parents::addAll);
    }
    return parents;
  }
}
