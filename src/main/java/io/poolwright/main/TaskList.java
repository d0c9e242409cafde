package io.poolwright.main;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.cluster.LiveJob;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.status.Conditions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code poolwright tasks}: one line for each task of a job, whether it is an object or not. */
final class TaskList {
  /** What a line says of a task, and what one can ask for. */
  enum State {
    ACTIVE,
    RUNNING,
    SUCCEEDED,
    FAILED;

    static Optional<State> of(String word) {
      return Arrays.stream(values()).filter(s -> s.name().equalsIgnoreCase(word)).findFirst();
    }

    private static State of(TaskStatus status) {
      return switch (status.stateOrActive()) {
        case ACTIVE -> ACTIVE;
        case RUNNING -> RUNNING;
        case COMPLETED -> status.execution().result() == TaskResult.SUCCESS ? SUCCEEDED : FAILED;
      };
    }

    private String shown() {
      return name().charAt(0) + name().substring(1).toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Writer out;
  private final PrintWriter err;
  private final @Nullable State only;

  /**
   * @param only null for all
   */
  TaskList(Writer out, PrintWriter err, @Nullable State only) {
    this.out = out;
    this.err = err;
    this.only = only;
  }

  /** Where a job's tasks that are objects come from. */
  interface Objects {
    void each(Consumer<Task> take) throws LiveJob.Unknown;
  }

  /** 0, or 1 where the job cannot be read. */
  int run(LiveJob live) throws IOException {
    try {
      return list(live.read(), live::tasks);
    } catch (LiveJob.Unknown e) {
      return failed(e.getMessage());
    }
  }

  int list(Job job, Objects objects) throws IOException {
    try {
      line("ID", "STATE", "ATTEMPT", "EXIT", "NODE", "WHY");
      TaskFactory spec = job.getSpec().taskFactory();
      if (spec != null && spec.type() != TaskFactory.Kind.TASK_COLLECTION) {
        ofFactory(job, LiveJob.factory(job, spec));
      }
      objects.each(this::line);
    } catch (LiveJob.Unknown e) {
      return failed(e.getMessage());
    } catch (InvalidFactory e) {
      return failed(e.below("spec.taskFactory").path() + ": " + e.getMessage());
    }
    out.flush();
    return 0;
  }

  private int failed(@Nullable String why) {
    err.println(why);
    err.flush();
    return 1;
  }

  private void ofFactory(Job job, Factory factory) {
    FactoryLedger ledger = new FactoryLedger(job, factory);
    for (int index = 0; index < factory.size(); index++) {
      line(ledger.task(index, 0));
    }
  }

  private void line(Task task) {
    TaskStatus status = task.statusOrNew();
    State state = State.of(status);
    if (only != null && only != state) {
      return;
    }
    String why =
        status.execution().failureInfo() != null
            ? status.execution().failureInfo().code()
                + (status.execution().failureInfo().message() == null
                    ? ""
                    : ": " + status.execution().failureInfo().message())
            : status.stateOrActive() == TaskState.COMPLETED
                ? ""
                : Conditions.find(status.conditions(), Conditions.READY)
                    .map(c -> c.reason() + (c.message() == null ? "" : ": " + c.message()))
                    .orElse("");
    Integer exit = status.execution().exitCode();
    int attempts = status.attempts();
    // The ledger of a factory does not keep how often a task ran that succeeded.
    boolean over = status.stateOrActive() == TaskState.COMPLETED;
    line(
        task.id(),
        state.shown(),
        attempts == 0 && over ? "" : Integer.toString(attempts),
        exit == null ? "" : exit.toString(),
        status.nodeInfo() == null ? "" : status.nodeInfo().nodeId(),
        why);
  }

  private void line(String... cells) {
    try {
      out.write("%-12s %-10s %-8s %-5s %-24s %s".formatted((Object[]) cells).stripTrailing());
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
