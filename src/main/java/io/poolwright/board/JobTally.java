package io.poolwright.board;

import io.poolwright.api.job.FactoryStatus.JobActor;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.ExitConditions.JobAction;
import io.poolwright.api.task.TaskResult;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.snapshot.ExitActionsSeen;
import io.poolwright.snapshot.ExitActionsSeen.Ended;
import io.poolwright.snapshot.FirstOf;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tasks of one job, counted. */
final class JobTally {
  /** Those that have objects, by name. */
  private final Map<String, BoardEntry> entries = new HashMap<>();

  private final Count tasks = new Count();
  private final Count slots = new Count();
  private final TreeSet<String> stuck = new TreeSet<>();
  private final TreeSet<String> held = new TreeSet<>();
  private final Map<JobAction, TreeSet<Ended>> actions = new EnumMap<>(JobAction.class);

  /** How a job manager ended that ends the job; null where none did. */
  private @Nullable TaskResult manager;

  /** Of the job's factory; null where it has none, or it is not known. */
  private @Nullable FactoryEntry factory;

  private static final class Count {
    private int active;
    private int running;
    private int succeeded;
    private int failed;

    private void add(BoardEntry entry, int by) {
      switch (entry.state()) {
        case ACTIVE -> active += by;
        case RUNNING -> running += by;
        case COMPLETED -> {
          if (entry.succeeded()) {
            succeeded += by;
          } else {
            failed += by;
          }
        }
      }
    }

    private TaskCounts counts() {
      return new TaskCounts(active, running, succeeded + failed, succeeded, failed);
    }
  }

  private static <T> void list(Set<T> all, @Nullable T one, int by) {
    if (one != null && by > 0) {
      all.add(one);
    } else if (one != null) {
      all.remove(one);
    }
  }

  boolean isEmpty() {
    return tasks.active + tasks.running + tasks.succeeded + tasks.failed == 0 && factory == null;
  }

  @Nullable FactoryEntry factory() {
    return factory;
  }

  /** A task of the factory, and why; null where none failed. */
  @Nullable String firstFailed() {
    return factory == null ? null : factory.firstFailed();
  }

  void factory(@Nullable FactoryEntry now) {
    factory = now;
  }

  Stream<BoardEntry> entries() {
    return entries.values().stream();
  }

  void add(BoardEntry entry, int by) {
    if (by > 0) {
      entries.put(entry.name(), entry);
    } else {
      entries.remove(entry.name());
    }
    if (entry.manager() != null) {
      manager = by > 0 ? entry.manager() : null;
    }
    list(stuck, entry.stuck(), by);
    list(held, entry.held(), by);
    if (entry.action() != JobAction.NONE) {
      list(
          actions.computeIfAbsent(entry.action(), k -> new TreeSet<>()),
          new Ended(entry.ended() == null ? Instant.EPOCH : entry.ended(), entry.name()),
          by);
    }
    tasks.add(entry, by);
    slots.add(entry, by * entry.allSlots());
  }

  int running() {
    return tasks.running + (factory == null ? 0 : factory.counts().running());
  }

  /** Whether a task that is over ends the job. */
  boolean ends() {
    return manager != null || !actions.getOrDefault(JobAction.TERMINATE, new TreeSet<>()).isEmpty();
  }

  /** Those that have objects. */
  TaskCounts objects() {
    return tasks.counts();
  }

  /** The same, each as many times as it requires slots. */
  TaskCounts objectSlots() {
    return slots.counts();
  }

  TaskCounts tasks() {
    return factory == null ? objects() : objects().plus(factory.counts());
  }

  TaskCounts slots() {
    return factory == null
        ? objectSlots()
        : objectSlots().plus(factory.counts().times(factory.slots()));
  }

  FirstOf stuck() {
    String more = factory == null ? null : factory.stuck();
    return first(stuck, more == null ? List.of() : List.of(more));
  }

  FirstOf held() {
    return first(held, factory == null ? List.of() : factory.held());
  }

  private static FirstOf first(SortedSet<String> tasks, List<String> ofFactory) {
    int count = tasks.size() + ofFactory.size();
    return count == 0
        ? FirstOf.NONE
        : new FirstOf(count, tasks.isEmpty() ? ofFactory.getFirst() : tasks.first());
  }

  ExitActionsSeen actions() {
    Ended terminate =
        Stream.concat(
                first(actions.get(JobAction.TERMINATE)),
                ofFactory(factory == null ? null : factory.terminates()))
            .min(Comparator.naturalOrder())
            .orElse(null);
    Ended disable =
        Stream.concat(
                last(actions.get(JobAction.DISABLE)),
                ofFactory(factory == null ? null : factory.disables()))
            .max(Comparator.naturalOrder())
            .orElse(null);
    return new ExitActionsSeen(terminate == null ? null : terminate.task(), disable, manager);
  }

  private static Stream<Ended> first(@Nullable SortedSet<Ended> of) {
    return of == null || of.isEmpty() ? Stream.of() : Stream.of(of.first());
  }

  private static Stream<Ended> last(@Nullable SortedSet<Ended> of) {
    return of == null || of.isEmpty() ? Stream.of() : Stream.of(of.last());
  }

  private Stream<Ended> ofFactory(@Nullable JobActor actor) {
    return factory == null || actor == null
        ? Stream.of()
        : Stream.of(
            new Ended(
                Instant.parse(actor.endTime()),
                FactoryLedger.nameOf(factory.job().name(), actor.index())));
  }
}
