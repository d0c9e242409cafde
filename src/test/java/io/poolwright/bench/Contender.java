package io.poolwright.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * One way to have so many commands run. Each returns when all of them have, and the job says so.
 */
final class Contender {
  /** More cannot be inline in one job. */
  private static final int INLINE_LIMIT = 1000;

  private static final int TASKS_APPLIED_AT_ONCE = 8;

  private final KubernetesClient client;
  private final Settings settings;
  private final String namespace;

  Contender(KubernetesClient client, Settings settings, String namespace) {
    this.client = client;
    this.settings = settings;
    this.namespace = namespace;
  }

  enum Kind {
    NATIVE("native Job"),
    INLINE("inline tasks"),
    STANDALONE("Task objects"),
    FACTORY("task factory");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }

    static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.name().equalsIgnoreCase(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "--runs: native, inline, standalone and factory, separated by commas, not " + word);
    }

    boolean ours() {
      return this != NATIVE;
    }
  }

  void run(Kind kind, int number) throws InterruptedException, ExecutionException {
    String name = kind.name().toLowerCase(Locale.ROOT) + "-" + number;
    switch (kind) {
      case NATIVE -> nativeJob(name);
      case INLINE -> inline(name);
      case STANDALONE -> standalone(name);
      case FACTORY -> factory(name);
    }
  }

  private void nativeJob(String name) {
    var job =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s, namespace: %s}
                spec:
                  completionMode: Indexed
                  completions: %d
                  parallelism: %d
                  template:
                    spec:
                      restartPolicy: Never
                      nodeSelector: {type: kwok}
                      tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
                      containers:
                      - name: task
                        image: busybox
                        command: ["true"]
                        resources:
                          requests: {cpu: "1", memory: 1Gi}
                          limits: {cpu: "1", memory: 1Gi}
                """
                    .formatted(name, namespace, settings.count(), settings.parallel()),
                io.fabric8.kubernetes.api.model.batch.v1.Job.class);
    client.resource(job).create();
    await(name, () -> client.resource(job).get().getStatus().getCompletionTime() != null);
  }

  private void inline(String name) {
    List<Job> jobs = new ArrayList<>();
    for (int from = 0; from < settings.count(); from += INLINE_LIMIT) {
      StringBuilder tasks = new StringBuilder("  tasks:\n");
      IntStream.range(from, Math.min(from + INLINE_LIMIT, settings.count()))
          .forEach(
              i -> tasks.append("  - {id: \"").append(i).append("\", commandLine: \"true\"}\n"));
      jobs.add(job(name + "-" + from / INLINE_LIMIT, tasks.toString()));
    }
    jobs.forEach(j -> client.resource(j).create());
    await(name, () -> jobs.stream().allMatch(this::completed));
  }

  /** As a program would do it: a job, its tasks, and then the word that these are all. */
  private void standalone(String name) throws InterruptedException, ExecutionException {
    Job job = job(name, "");
    client.resource(job).create();
    try (ExecutorService writers = Executors.newFixedThreadPool(TASKS_APPLIED_AT_ONCE)) {
      List<Future<?>> under = new ArrayList<>();
      IntStream.range(0, settings.count())
          .forEach(i -> under.add(writers.submit(() -> client.resource(task(name, i)).create())));
      for (Future<?> each : under) {
        each.get();
      }
    }
    client
        .resource(job)
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
            "{\"spec\":{\"onAllTasksComplete\":\"TerminateJob\"}}");
    await(name, () -> completed(job));
  }

  private void factory(String name) {
    Job job =
        job(
            name,
            "  taskFactory: {type: Repeat, count: %d, repeatTask: {commandLine: \"true\"}}\n"
                .formatted(settings.count()));
    client.resource(job).create();
    await(name, () -> completed(job));
  }

  private Job job(String name, String tasks) {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            apiVersion: poolwright.io/v1alpha1
            kind: Job
            metadata: {name: %s, namespace: %s}
            spec:
              poolInfo: {poolId: %s}
              logUpload: %s
              commonEnvironmentSettings: [{name: FAKE_DURATION, value: 0s}]
            """
                    .formatted(name, namespace, Grounds.POOL, settings.logs())
                + tasks,
            Job.class);
  }

  private Task task(String job, int number) {
    return client
        .getKubernetesSerialization()
        .unmarshal(
            """
            apiVersion: poolwright.io/v1alpha1
            kind: Task
            metadata: {name: %s-%d, namespace: %s}
            spec: {jobId: %s, commandLine: "true"}
            """
                .formatted(job, number, namespace, job),
            Task.class);
  }

  private boolean completed(Job job) {
    return client.resource(job).get().stateOrActive() == JobState.COMPLETED;
  }

  private static void await(String name, java.util.concurrent.Callable<Boolean> done) {
    Awaitility.await(name + " completes")
        .atMost(Duration.ofMinutes(20))
        .pollInterval(Duration.ofSeconds(1))
        .until(done);
  }
}
