package io.poolwright.e2e;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.poolwright.api.Condition;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.plan.Annotations;
import io.poolwright.pods.Names;
import io.poolwright.status.Conditions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every status that a watch saw of the pools, jobs, schedules and tasks of a namespace, in the
 * order in which it saw them.
 */
final class History implements AutoCloseable {
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
  private final Map<String, List<String>> shown = new java.util.concurrent.ConcurrentHashMap<>();
  private final Map<String, List<TaskStatus>> ledgers =
      new java.util.concurrent.ConcurrentHashMap<>();

  /** Tasks that somebody asked to run once more. */
  private final Set<String> reactivated = java.util.concurrent.ConcurrentHashMap.newKeySet();

  History(KubernetesClient client, String namespace) {
    watch(
        client,
        namespace,
        Pool.class,
        pool -> text(pool.statusOrNew().allocationState(), pool.statusOrNew().conditions()));
    watch(
        client,
        namespace,
        Job.class,
        job -> text(job.stateOrActive(), job.statusOrNew().conditions()));
    watch(
        client,
        namespace,
        JobSchedule.class,
        schedule -> text(schedule.stateOrActive(), schedule.statusOrNew().conditions()));
    watch(client, namespace, Task.class, this::task);
  }

  private String task(Task task) {
    TaskStatus status = task.statusOrNew();
    String key = task.getMetadata().getName() + " " + task.getMetadata().getUid();
    ledgers.computeIfAbsent(key, n -> new CopyOnWriteArrayList<>()).add(status);
    if (Annotations.request(task, Names.REACTIVATE).isPresent()) {
      reactivated.add(key);
    }
    return text(status.stateOrActive(), status.conditions());
  }

  private <R extends CustomResource<?, ?>> void watch(
      KubernetesClient client, String namespace, Class<R> type, Function<R, String> text) {
    SharedIndexInformer<R> informer =
        client
            .resources(type)
            .inNamespace(namespace)
            .inform(
                new ResourceEventHandler<R>() {
                  @Override
                  public void onAdd(R added) {
                    record(added, text.apply(added));
                  }

                  @Override
                  public void onUpdate(R before, R after) {
                    record(after, text.apply(after));
                  }

                  @Override
                  public void onDelete(R deleted, boolean finalStateUnknown) {
                    record(deleted, "deleted");
                  }
                });
    informers.add(informer);
  }

  private void record(CustomResource<?, ?> seen, String text) {
    List<String> entries =
        shown.computeIfAbsent(
            seen.getKind() + "/" + seen.getMetadata().getName(), n -> new CopyOnWriteArrayList<>());
    if (entries.isEmpty() || !entries.getLast().equals(text)) {
      entries.add(text);
    }
  }

  private static String text(@Nullable Object state, List<Condition> conditions) {
    String name = state == null ? "-" : capital(state.toString());
    return Conditions.find(conditions, Conditions.READY)
        .map(c -> name + " " + c.reason())
        .orElse(name);
  }

  private static String capital(String constant) {
    return constant.charAt(0) + constant.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  /** State and reason, for example {@code "Running Running"}, without repetitions. */
  List<String> of(String kind, String name) {
    return List.copyOf(shown.getOrDefault(kind + "/" + name, List.of()));
  }

  /** A read may be ahead of the watch: what is told of the way must not end before the end. */
  boolean hasSeenTheEndOf(String kind, String name) {
    List<String> entries = of(kind, name);
    return !entries.isEmpty() && entries.getLast().startsWith("Completed");
  }

  List<String> task(String name) {
    return of("Task", name);
  }

  List<String> job(String name) {
    return of("Job", name);
  }

  List<String> schedule(String name) {
    return of("JobSchedule", name);
  }

  List<String> pool(String name) {
    return of("Pool", name);
  }

  /**
   * What no story may ever show: an attempt with two pods, a number used twice, a completed task
   * that changes although nobody asked it to run again.
   */
  List<String> unlawful() {
    List<String> complaints = new ArrayList<>();
    ledgers.forEach((task, ledger) -> {
      Map<Integer, String> pods = new HashMap<>();
      int attempts = 0;
      boolean completed = false;
      for (TaskStatus status : ledger) {
        if (completed
            && status.stateOrActive() != TaskState.COMPLETED
            && !reactivated.contains(task)) {
          complaints.add(task + " was completed and is " + status.stateOrActive());
        }
        completed |= status.stateOrActive() == TaskState.COMPLETED;
        if (status.attempts() < attempts || status.attempts() > attempts + 1) {
          complaints.add(task + ": attempt " + status.attempts() + " after attempt " + attempts);
        }
        attempts = Math.max(attempts, status.attempts());
        TaskStatus.Attempt attempt = status.attempt();
        if (attempt != null
            && !attempt
                .podUid()
                .equals(pods.computeIfAbsent(attempt.number(), n -> attempt.podUid()))) {
          complaints.add(task + ": attempt " + attempt.number() + " has two pods");
        }
      }
    });
    return complaints;
  }

  Map<String, List<String>> all() {
    return new LinkedHashMap<>(shown);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::stop);
  }
}
