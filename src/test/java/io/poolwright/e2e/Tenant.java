package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.status.Conditions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A user with a namespace that enforces the restricted Pod Security Standard, unless told
 * otherwise. When the user leaves, nothing may be left behind, no history may be unlawful, and the
 * operator may not have logged an error that the story did not expect.
 */
final class Tenant
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final List<Class<? extends CustomResource<?, ?>>> OURS =
      List.of(JobSchedule.class, Job.class, Task.class, Pool.class, ApplicationPackage.class);

  /** On claims that a story makes itself: they go with it. All others must go by themselves. */
  static final String OF_THE_STORY = "of-the-story";

  private final String namespace;
  private final String level;
  private final List<String> expectedErrors = new ArrayList<>();
  private @Nullable History history;
  private volatile Instant start = Instant.EPOCH;

  Tenant(String name) {
    this(name, "restricted");
  }

  /**
   * @param level the Pod Security level that the namespace enforces
   */
  Tenant(String name, String level) {
    namespace = "e2e-" + name;
    this.level = level;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Map<String, String> enforced = Map.of("pod-security.kubernetes.io/enforce", level);
    Namespace left = client().namespaces().withName(namespace).get();
    if (left == null) {
      client()
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(namespace)
                  .withLabels(enforced)
                  .endMetadata()
                  .build())
          .create();
    } else {
      client()
          .namespaces()
          .withName(namespace)
          .edit(n ->
              new NamespaceBuilder(n).editMetadata().addToLabels(enforced).endMetadata().build());
      removeEverything();
    }
    unlinkStorage();
    await("the operator", Duration.ofMinutes(2), () -> Cluster.get().operatorReady());
    start = Instant.now();
    history = new History(client(), namespace);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    expectedErrors.clear();
  }

  /** What was logged up to the end of a story belongs to it. */
  @Override
  public void afterEach(ExtensionContext context) {
    Instant end = Instant.now();
    List<String> errors =
        OperatorLog.errorsSince(start, line -> expectedErrors.stream().anyMatch(line::contains));
    start = end;
    assertThat(errors).as("errors in the operator's log").isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    try {
      assertThat(history().unlawful()).isEmpty();
      removeEverything();
      afterEach(context);
    } finally {
      history().close();
      if (Cluster.get().mayRemoveNamespaces()) {
        client().namespaces().withName(namespace).delete();
      }
    }
  }

  private void removeEverything() {
    OURS.forEach(type -> client().resources(type).inNamespace(namespace).delete());
    client().persistentVolumeClaims().inNamespace(namespace).withLabel(OF_THE_STORY).delete();
    Awaitility.await("nothing is left in " + namespace)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(() -> {
          for (Class<? extends CustomResource<?, ?>> type : OURS) {
            assertThat(client().resources(type).inNamespace(namespace).list().getItems()).isEmpty();
          }
          assertThat(client().pods().inNamespace(namespace).list().getItems())
              .extracting(p -> p.getMetadata().getName())
              .isEmpty();
          assertThat(client().persistentVolumeClaims().inNamespace(namespace).list().getItems())
              .isEmpty();
        });
  }

  KubernetesClient client() {
    return Cluster.get().client();
  }

  String namespace() {
    return namespace;
  }

  History history() {
    if (history == null) {
      throw new IllegalStateException("before beforeAll");
    }
    return history;
  }

  /** Lines of the operator's log with this text are no surprise in this story. */
  void expectsError(String text) {
    expectedErrors.add(text);
  }

  /** As {@code kubectl apply -n} does. */
  void apply(String yaml) {
    List<HasMetadata> items =
        client().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
    for (HasMetadata item : items) {
      client().resource(item).inNamespace(namespace).serverSideApply();
    }
  }

  /** The linked storage of this namespace. */
  void storage(Map<String, String> values) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName("poolwright-storage")
            .endMetadata()
            .withStringData(values)
            .build();
    unlinkStorage();
    client().resource(secret).inNamespace(namespace).create();
  }

  void unlinkStorage() {
    client().secrets().inNamespace(namespace).withName("poolwright-storage").delete();
  }

  Task task(String name) {
    return found(
        client().resources(Task.class).inNamespace(namespace).withName(name)::get, "Task " + name);
  }

  Job job(String name) {
    return found(
        client().resources(Job.class).inNamespace(namespace).withName(name)::get, "Job " + name);
  }

  Pool pool(String name) {
    return found(
        client().resources(Pool.class).inNamespace(namespace).withName(name)::get, "Pool " + name);
  }

  private static <R> R found(Supplier<@Nullable R> get, String what) {
    R found = get.get();
    if (found == null) {
      throw new IllegalStateException(what + " does not exist");
    }
    return found;
  }

  List<Pod> pods(String role) {
    return client()
        .pods()
        .inNamespace(namespace)
        .withLabel("poolwright.io/role", role)
        .list()
        .getItems();
  }

  /** The status of a task that is over. */
  TaskStatus completed(String task, Duration patience) {
    await(
        "Task " + task + " is completed",
        patience,
        () ->
            task(task).statusOrNew().stateOrActive() == TaskState.COMPLETED
                && history().hasSeenTheEndOf("Task", task));
    return task(task).statusOrNew();
  }

  Job completedJob(String job, Duration patience) {
    await(
        "Job " + job + " is completed",
        patience,
        () ->
            job(job).stateOrActive() == JobState.COMPLETED
                && history().hasSeenTheEndOf("Job", job));
    return job(job);
  }

  void awaitPool(String pool, String reason, Duration patience) {
    await(
        "Pool " + pool + " says " + reason,
        patience,
        () -> says(pool(pool).statusOrNew().conditions(), reason));
  }

  void awaitTask(String task, Duration patience, Predicate<TaskStatus> condition) {
    await("Task " + task, patience, () -> condition.test(task(task).statusOrNew()));
  }

  static boolean says(List<io.poolwright.api.Condition> conditions, String reason) {
    return Conditions.find(conditions, Conditions.READY)
        .filter(c -> c.reason().equals(reason))
        .isPresent();
  }

  static String message(List<io.poolwright.api.Condition> conditions) {
    return Conditions.find(conditions, Conditions.READY)
        .map(c -> c.message() == null ? "" : c.message())
        .orElse("");
  }

  /**
   * An API server that is away is waited for like all else. What the watch has seen is told when it
   * takes too long.
   */
  void await(String what, Duration patience, Callable<Boolean> condition) {
    try {
      Awaitility.await(what)
          .atMost(patience)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptionsMatching(
              e -> e instanceof KubernetesClientException || e instanceof IllegalStateException)
          .until(condition);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError(
          what + ": not within " + patience + "; seen: " + (history == null ? "" : history.all()),
          e);
    }
  }
}
