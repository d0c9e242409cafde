package io.poolwright.cluster;

import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.ExitConditions.JobAction;
import io.poolwright.snapshot.ExitActionsSeen;
import io.poolwright.snapshot.ExitActionsSeen.Ended;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tasks of one job, counted. */
final class JobTally {
  private final Count tasks = new Count();
  private final Count slots = new Count();
  private final TreeSet<String> stuck = new TreeSet<>();
  private final TreeSet<String> held = new TreeSet<>();
  private final Map<JobAction, TreeSet<Ended>> actions = new EnumMap<>(JobAction.class);

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
    return tasks.active + tasks.running + tasks.succeeded + tasks.failed == 0;
  }

  void add(BoardEntry entry, int by) {
    list(stuck, entry.stuck(), by);
    list(held, entry.held(), by);
    if (entry.action() != JobAction.NONE) {
      list(
          actions.computeIfAbsent(entry.action(), k -> new TreeSet<>()),
          new Ended(entry.ended() == null ? Instant.EPOCH : entry.ended(), entry.name()),
          by);
    }
    tasks.add(entry, by);
    slots.add(entry, by * entry.slots());
  }

  int running() {
    return tasks.running;
  }

  TaskCounts tasks() {
    return tasks.counts();
  }

  TaskCounts slots() {
    return slots.counts();
  }

  List<String> stuck() {
    return List.copyOf(stuck);
  }

  List<String> held() {
    return List.copyOf(held);
  }

  ExitActionsSeen actions() {
    TreeSet<Ended> terminate = actions.getOrDefault(JobAction.TERMINATE, new TreeSet<>());
    TreeSet<Ended> disable = actions.getOrDefault(JobAction.DISABLE, new TreeSet<>());
    return new ExitActionsSeen(
        terminate.isEmpty() ? null : terminate.first().task(),
        disable.isEmpty() ? null : disable.last());
  }
}
