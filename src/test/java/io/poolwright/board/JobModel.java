package io.poolwright.board;

import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.ExitConditions.DependencyAction;
import io.poolwright.api.task.ExitConditions.ExitCodeMapping;
import io.poolwright.api.task.ExitConditions.ExitCodeRangeMapping;
import io.poolwright.api.task.ExitConditions.ExitOptions;
import io.poolwright.api.task.ExitConditions.JobAction;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One job's tasks as sections 7.4 and 10 of the reference have them, and Fail, which is ours: each
 * question is answered by reading all tasks.
 */
final class JobModel {
  /** How a task ended. */
  enum How {
    SUCCESS,
    EXIT_CODE,
    STOPPED,
    BEFORE_THE_COMMAND,
    UPLOAD,
    DEPENDENCY_FAILED
  }

  /**
   * @param code null where the command did not run
   * @param at which of all ends it was
   */
  record Ended(How how, @Nullable Integer code, int at) {
    boolean well() {
      return how == How.SUCCESS;
    }
  }

  /** A task; without an end it is active. */
  record Member(Set<String> parents, ExitConditions exits, @Nullable Ended end) {}

  final Map<String, Member> tasks = new TreeMap<>();
  private int looked;
  private @Nullable String disabledBy;
  private @Nullable String over;

  void end(String id, Ended end) {
    tasks.computeIfPresent(id, (_, m) -> new Member(m.parents(), m.exits(), end));
  }

  void reactivate(String id) {
    tasks.computeIfPresent(id, (_, m) -> new Member(m.parents(), m.exits(), null));
  }

  boolean disabled() {
    return disabledBy != null;
  }

  boolean over() {
    return over != null;
  }

  /**
   * The job looks at its tasks.
   *
   * @param now the latest end
   */
  void look(int now, boolean enable) {
    if (over != null) {
      return;
    }
    if (enable) {
      disabledBy = null;
    }
    for (Map.Entry<String, Member> task : tasks.entrySet()) {
      Ended end = task.getValue().end();
      if (end != null && action(task.getValue()) == JobAction.DISABLE && end.at() > looked) {
        Member before = disabledBy == null ? null : tasks.get(disabledBy);
        boolean later = before == null || before.end() == null || before.end().at() < end.at();
        disabledBy = later ? task.getKey() : disabledBy;
      }
    }
    looked = now;
    if (tasks.values().stream().anyMatch(m -> action(m) == JobAction.TERMINATE)) {
      over = "TaskFailed";
    } else if (tasks.values().stream().allMatch(m -> m.end() != null)) {
      over = "AllTasksComplete";
    }
  }

  String job() {
    return over != null ? over : disabledBy != null ? "Disabled by " + disabledBy : "Active";
  }

  /** What a task is, or is about to be. */
  String state(String id) {
    Member task = tasks.get(id);
    if (task == null || task.end() != null) {
      return task == null ? "" : task.end().well() ? "Success" : "Failure";
    }
    if (over != null) {
      return "JobCompleted";
    }
    if (has(task, DependencyAction.FAIL)) {
      return "DependencyFailed";
    }
    if (disabledBy != null) {
      return "JobDisabled";
    }
    if (reached(id).contains(id)) {
      return "DependencyCycle";
    }
    if (has(task, DependencyAction.BLOCK)) {
      return "DependencyBlocked";
    }
    boolean all =
        task.parents().stream()
            .allMatch(p -> tasks.containsKey(p) && is(p, DependencyAction.SATISFY));
    return all ? "Runs" : "WaitingForDependencies";
  }

  private boolean has(Member task, DependencyAction action) {
    return task.parents().stream().anyMatch(p -> is(p, action));
  }

  private boolean is(String id, DependencyAction action) {
    Member task = tasks.get(id);
    if (task == null || task.end() == null) {
      return false;
    }
    ExitOptions options = options(task.exits(), task.end());
    DependencyAction own =
        options != null && options.dependencyAction() != null
            ? options.dependencyAction()
            : task.end().well() ? DependencyAction.SATISFY : DependencyAction.BLOCK;
    return own == action;
  }

  private static JobAction action(Member task) {
    if (task.end() == null) {
      return JobAction.NONE;
    }
    ExitOptions options = options(task.exits(), task.end());
    return options != null && options.jobAction() != null
        ? options.jobAction()
        : task.end().well() ? JobAction.NONE : JobAction.TERMINATE;
  }

  /** The table of section 7.4, row by row. */
  private static @Nullable ExitOptions options(ExitConditions exits, Ended end) {
    ExitOptions listed = listed(exits, end.code());
    return switch (end.how()) {
      case SUCCESS -> listed;
      case EXIT_CODE, STOPPED -> first(listed, exits.otherwise());
      case BEFORE_THE_COMMAND, DEPENDENCY_FAILED ->
          first(exits.preProcessingError(), exits.otherwise());
      case UPLOAD -> first(listed, first(exits.fileUploadError(), exits.otherwise()));
    };
  }

  private static @Nullable ExitOptions listed(ExitConditions exits, @Nullable Integer code) {
    for (ExitCodeMapping each : exits.exitCodes()) {
      if (code != null && each.code() == code) {
        return each.exitOptions();
      }
    }
    for (ExitCodeRangeMapping each : exits.exitCodeRanges()) {
      if (code != null && each.start() <= code && code <= each.end()) {
        return each.exitOptions();
      }
    }
    return null;
  }

  private static @Nullable ExitOptions first(
      @Nullable ExitOptions one, @Nullable ExitOptions other) {
    return one != null ? one : other;
  }

  private Set<String> reached(String id) {
    Set<String> reached = new HashSet<>(parents(id));
    while (reached.addAll(
        reached.stream().map(this::parents).flatMap(Collection::stream).toList())) {}
    return reached;
  }

  private Set<String> parents(String id) {
    Member task = tasks.get(id);
    return task == null ? Set.of() : task.parents();
  }
}
