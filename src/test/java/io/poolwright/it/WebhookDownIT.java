package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.task.Task;
import org.junit.jupiter.api.Test;

/** A webhook of the cluster that must be asked about some pods, and does not answer. */
class WebhookDownIT {
  private static final String WORDS = "failed calling webhook \"down.example.org\"";
  private static final String OF_BAD = "poolwright.io/role: task, poolwright.io/job: bad";

  /**
   * @param labels those of the pods that it is to be asked about
   */
  private static void stop(Space space, String labels) {
    space
        .user()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: %1$s}
                webhooks:
                  - name: down.example.org
                    admissionReviewVersions: [v1]
                    sideEffects: None
                    failurePolicy: Fail
                    timeoutSeconds: 1
                    clientConfig: {url: "https://127.0.0.1:1/x"}
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}
                    objectSelector: {matchLabels: {%2$s}}
                    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                """
                    .formatted(space.name(), labels),
                ValidatingWebhookConfiguration.class))
        .create();
    space.awaitTrue("the webhook is asked", () -> isAsked(space, labels));
  }

  private static boolean isAsked(Space space, String labels) {
    KubernetesClient user =
        space
            .user()
            .newClient(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build())
            .adapt(KubernetesClient.class);
    Pod pod =
        Serialization.unmarshal(
            Space.stranger("probe")
                .replace("{name: probe}", "{name: probe, labels: {" + labels + "}}"),
            Pod.class);
    try {
      user.pods().inNamespace(space.name()).resource(pod).dryRun().create();
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 500;
    }
  }

  private static void answer(Space space) {
    space.user().resources(ValidatingWebhookConfiguration.class).withName(space.name()).delete();
  }

  @Test
  void aTaskSaysWhatItsPodMetAndThePoolGoesOn() {
    try (Space space = new Space("hook")) {
      stop(space, OF_BAD);
      space.operator();
      space.pool("p", 2, 1);
      space.job("bad", "p", 0, "x");

      Task waits = space.awaitTask("bad-x", t -> Space.reason(t).equals("PodRejected"));
      assertThat(Space.message(waits)).contains("The task's pod was refused", WORDS);

      space.apply(
          PreparationIT.job(
              "jobPreparationTask: {commandLine: prepare}", "- {id: a, commandLine: work}\n"));
      space.awaitCompleted("j");
      assertThat(Space.reason(space.task("bad-x"))).isEqualTo("PodRejected");

      answer(space);

      Job over = space.awaitCompleted("bad");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(space.kubelet().ran(space.name(), "bad-x")).hasSize(1);
    }
  }

  @Test
  void aFactorysJobSaysItToo() {
    try (Space space = new Space("hook-factory")) {
      stop(space, OF_BAD);
      space.operator();
      space.pool("p", 2, 1);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: bad}
          spec:
            poolInfo: {poolId: p}
            onAllTasksComplete: TerminateJob
            taskFactory:
              type: ParametricSweep
              parameterSets: [{start: 1, end: 3}]
              repeatTask: {commandLine: "work {0}"}
          """);

      Job waits = space.awaitJob("bad", j -> Space.message(j).contains("PodRejected"));
      assertThat(Space.message(waits)).contains(WORDS);

      space.apply(
          PreparationIT.job(
              "jobPreparationTask: {commandLine: prepare}", "- {id: a, commandLine: work}\n"));
      space.awaitCompleted("j");

      answer(space);

      assertThat(space.awaitCompleted("bad").getStatus().taskCounts().succeeded()).isEqualTo(3);
    }
  }

  @Test
  void aReleaseThatCannotBeginDoesNotKeepTheJobFromBeingLookedAt() {
    try (Space space = new Space("hook-release")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          PreparationIT.job(
              "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));
      PreparationIT.awaitRuns(space, "j-a", 1);
      stop(space, "poolwright.io/job: j");

      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");

      Job waits =
          space.awaitJob(
              "j",
              j ->
                  j.stateOrActive() == JobState.TERMINATING
                      && j.getStatus().taskCounts().running() == 0
                      && !Space.message(j).contains("being stopped"));
      assertThat(Space.message(waits)).contains("release");
      assertThat(PreparationIT.runs(space, PreparationIT.RELEASE)).isZero();

      answer(space);

      space.awaitCompleted("j");
      assertThat(PreparationIT.runs(space, PreparationIT.RELEASE)).isEqualTo(1);
    }
  }
}
