package io.poolwright.reconcile;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.TaskObjects;
import io.poolwright.cluster.World;
import io.poolwright.plan.job.MadeTasks;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.UnmadeSeen;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes the inline tasks of jobs, and remembers which could not be made. */
public final class InlineTasks {
  private final World world;
  private final Board board;
  private final TaskObjects objects;
  private final Wakes wakes;
  private final Clock clock;
  private final ExecutorService makers;

  /** Why one could not be made; taken is a name that is somebody else's. */
  private record Trouble(boolean taken, String message) {}

  private record Kept(@Nullable Long generation, UnmadeSeen unmade) {}

  /** By the job's UID. Lost at a restart, and then tried once more. */
  private final Map<String, Kept> unmade = new ConcurrentHashMap<>();

  /**
   * @param makers bounds how many are made at once
   */
  public InlineTasks(
      World world,
      Board board,
      TaskObjects objects,
      Wakes wakes,
      Clock clock,
      ExecutorService makers) {
    this.world = world;
    this.board = board;
    this.objects = objects;
    this.wakes = wakes;
    this.clock = clock;
    this.makers = makers;
  }

  /** Those that could not be made the last time; another spec is another question. */
  @Nullable UnmadeSeen unmade(Job job) {
    Kept last = unmade.get(job.getMetadata().getUid());
    return last != null && Objects.equals(last.generation(), job.getMetadata().getGeneration())
        ? last.unmade()
        : null;
  }

  void forget(Job job) {
    unmade.remove(job.getMetadata().getUid());
  }

  /**
   * Makes those of the places, or finds them made. One that cannot be made keeps no other from it:
   * then those after them are made as well, as long as some can be.
   *
   * @return whether all are there
   */
  boolean make(Job job, List<TaskSpec> inline, List<Integer> places) {
    if (places.isEmpty()) {
      return true;
    }
    MadeTasks made = MadeTasks.of(job.statusOrNew());
    @Nullable Trouble first = null;
    List<Integer> wave = places;
    boolean some = true;
    while (!wave.isEmpty() && some) {
      List<Optional<Trouble>> failed = wave(job, inline, wave);
      some = failed.stream().anyMatch(Optional::isEmpty);
      for (int i = 0; i < wave.size(); i++) {
        made = made.with(wave.get(i), failed.get(i).isEmpty());
      }
      if (first == null) {
        first = failed.stream().flatMap(Optional::stream).findFirst().orElse(null);
      }
      wave =
          first == null
              ? List.of()
              : IntStream.range(made.tried(), Math.min(inline.size(), made.tried() + places.size()))
                  .boxed()
                  .toList();
    }
    if (first == null) {
      forget(job);
      return true;
    }
    UnmadeSeen seen =
        new UnmadeSeen(
            made.tried(),
            made.missing().toString(),
            first.taken(),
            first.message(),
            clock.instant());
    unmade.put(job.getMetadata().getUid(), new Kept(job.getMetadata().getGeneration(), seen));
    return false;
  }

  private List<Optional<Trouble>> wave(Job job, List<TaskSpec> inline, List<Integer> places) {
    List<Future<Optional<Trouble>>> made;
    try {
      made =
          makers.invokeAll(
              places.stream()
                  .<Callable<Optional<Trouble>>>map(p -> () -> make(job, inline.get(p), p))
                  .toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while tasks were made", e);
    }
    for (Future<?> one : made) {
      if (one.state() != Future.State.SUCCESS) {
        throw new IllegalStateException("a task could not be made", one.exceptionNow());
      }
    }
    return made.stream().map(Future::resultNow).toList();
  }

  /** Empty where the task is there and the job's. */
  private Optional<Trouble> make(Job job, TaskSpec spec, int place) {
    String name = Names.inlineTask(job.getMetadata().getName(), String.valueOf(spec.id()));
    Optional<Task> known =
        world
            .task(job.getMetadata().getNamespace(), name)
            .filter(t -> Owners.own(t, job.getMetadata().getUid()));
    TaskObjects.Made made =
        known.isPresent() ? new TaskObjects.There(known.get()) : objects.make(job, spec, place);
    String field = OwnTasks.field(job, place);
    return switch (made) {
      case TaskObjects.There there -> {
        // Known at once: the job's end is decided from these counts.
        fill(there.task(), job);
        yield Optional.empty();
      }
      case TaskObjects.Taken _ ->
          Optional.of(
              new Trouble(
                  true,
                  field
                      + ": a Task named "
                      + name
                      + " exists and does not belong to this job; delete it, or choose another id"));
      case TaskObjects.Refused no ->
          Optional.of(
              new Trouble(
                  false,
                  field
                      + ": Task "
                      + name
                      + " was refused, and is tried again; the others go on: "
                      + no.message()));
    };
  }

  /** What the task's own reconciler put there meanwhile is newer. */
  void fill(Task task, Job job) {
    String namespace = job.getMetadata().getNamespace();
    board.fill(task, job).tasks().forEach(t -> wakes.task(new Key(namespace, t)));
  }
}
