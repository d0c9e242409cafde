package io.poolwright.board;

import io.poolwright.api.task.DependsOn;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A task that depends on others, and how those stand. */
final class Child {
  final DependsOn on;
  final Set<String> ids;
  final TreeSet<String> blockers = new TreeSet<>();

  /** How many are not over, or do not let it run; those of a factory are not counted as over. */
  long open;

  /** The circle that it is part of; null where it is part of none. */
  @Nullable String cycle;

  Child(DependsOn on) {
    this.on = on;
    this.ids = new LinkedHashSet<>(on.taskIds());
  }
}
