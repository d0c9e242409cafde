package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.api.task.TaskState;
import io.poolwright.cluster.PodReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Section 8 of the reference: the task that runs before the others, makes some, ends the job. */
class JobManagerIT {
  private static String job(String manager, String tasks) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: j}
    spec:
      poolInfo: {poolId: p}
      jobManagerTask: {id: m, commandLine: manage%s}
    """
            .formatted(manager)
        + tasks.indent(2);
  }

  private static String task(String name) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Task
    metadata: {name: %s}
    spec: {jobId: j, commandLine: work}
    """
        .formatted(name);
  }

  private static List<String> order(Space space) {
    return space.kubelet().ran(space.name()).stream().map(Ran::task).toList();
  }

  private static void awaitRun(Space space, String task) {
    space.awaitTrue(task + " runs", () -> order(space).contains(task));
  }

  /** Section 3.4: of two nodes on which as much runs the younger one would go. */
  @Test
  void itsNodeIsTheLastToGo() {
    try (Space space = new Space("managerstays")) {
      space.kubelet().script(space.name(), "j-m", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "k-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.merge(Pool.class, "p", "{\"spec\":{\"nodeDeallocationOption\":\"Requeue\"}}");
      space.job("k", "p", 0, "a");
      awaitRun(space, "k-a");
      var pool = space.user().resources(Pool.class).inNamespace(space.name()).withName("p");
      pool.scale(2);
      space.apply(job("", "tasks: [{id: a, commandLine: work}]"));
      awaitRun(space, "j-m");
      assertThat(space.task("j-m").getStatus().nodeInfo().nodeId()).isEqualTo("p-node-2");

      pool.scale(1);

      space.awaitTrue(
          "the other has gone",
          () ->
              space.nodePods().stream()
                  .map(n -> n.getMetadata().getName())
                  .toList()
                  .equals(List.of("p-node-2")));
      assertThat(space.task("j-m").statusOrNew().stateOrActive()).isEqualTo(TaskState.RUNNING);
    }
  }

  @Test
  void itHasItsNodeForItselfAndEndsTheJob() {
    try (Space space = new Space("manager")) {
      space.kubelet().script(space.name(), "j-m", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "j-b", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 2);
      space.apply(job("", "tasks: [{id: a, commandLine: work}, {id: b, commandLine: work}]"));
      awaitRun(space, "j-m");

      Job job = space.awaitJob("j", j -> j.statusOrNew().taskCounts().total() == 3);
      assertThat(space.task("j-m").getSpec().slots()).isEqualTo(2);
      assertThat(job.getStatus().taskSlotCounts().running()).isEqualTo(2);
      assertThat(order(space)).containsExactly("j-m");

      space.kubelet().finish(space.name(), "j-m", End.SUCCESS);
      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().executionInfo().terminateReason()).isEqualTo("JMComplete");
      assertThat(Space.ready(over.getStatus().conditions()).status()).isEqualTo("True");
      assertThat(space.task("j-m").statusOrNew().execution().result())
          .isEqualTo(TaskResult.SUCCESS);
    }
  }

  @Test
  void whatStillRunsIsStoppedWhenItEnds() {
    try (Space space = new Space("kills")) {
      space.kubelet().script(space.name(), "j-m", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "other", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 2);
      space.apply(job(", runExclusive: false", ""));
      awaitRun(space, "j-m");
      space.apply(task("other"));
      awaitRun(space, "other");

      space.kubelet().finish(space.name(), "j-m", new End.Exit(3));
      Job over = space.awaitCompleted("j");

      assertThat(Space.reason(over)).isEqualTo("JMComplete");
      assertThat(Space.ready(over.getStatus().conditions()).status()).isEqualTo("False");
      assertThat(Space.message(over)).contains("j-m: FailureExitCode");
      assertThat(space.task("other").statusOrNew().execution().failureInfo().code())
          .isEqualTo("TaskEnded");
    }
  }

  @Test
  void aJobThatItDoesNotEndGoesOn() {
    try (Space space = new Space("goes-on")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(job(", killJobOnCompletion: false", ""));
      space.awaitTask("j-m", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);

      space.apply(task("later"));
      space.awaitTask("later", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);

      assertThat(space.job("j").stateOrActive()).isEqualTo(JobState.ACTIVE);
      assertThat(order(space)).containsExactly("j-m", "later");
    }
  }

  @Test
  void aJobThatHasItAndAFactoryEndsWithAllOfThem() {
    try (Space space = new Space("manager-factory")) {
      space.operator();
      space.pool("p", 1, 2);
      space.apply(
          job(
              ", killJobOnCompletion: false",
              "taskFactory: {type: Repeat, count: 2, repeatTask: {commandLine: work}}"));

      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(3);
      assertThat(order(space)).containsExactlyInAnyOrder("j-m", "j-0", "j-1");
    }
  }

  @Test
  void itIsTriedAgainAsItsConstraintsSay() {
    try (Space space = new Space("tried-again")) {
      space.kubelet().script(space.name(), "j-m", End.first(new End.Exit(1)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(job(", constraints: {maxTaskRetryCount: 1}", ""));

      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().executionInfo().terminateReason()).isEqualTo("JMComplete");
      assertThat(over.getStatus().taskCounts().succeeded()).isOne();
      assertThat(order(space)).containsExactly("j-m", "j-m");
    }
  }

  @Test
  void itIsMadeOnceItsPoolSaysHowManySlotsANodeHas() {
    try (Space space = new Space("no-pool")) {
      space.operator();
      space.apply(job(", killJobOnCompletion: false", "tasks: [{id: a, commandLine: work}]"));
      space.awaitJob("j", j -> Space.reason(j).equals("PoolNotFound"));
      assertThat(space.tasks()).isEmpty();

      space.pool("p", 1, 3);
      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().executionInfo().terminateReason()).isEqualTo("AllTasksComplete");
      assertThat(space.task("j-m").getSpec().slots()).isEqualTo(3);
      assertThat(order(space)).containsExactly("j-m", "j-a");
    }
  }

  @Test
  void itWaitsForANodeThatIsNotSpot() {
    try (Space space = new Space("no-spot")) {
      space.operator();
      space.pool("p", 0, 1);
      space.merge(
          Pool.class,
          "p",
          "{\"spec\":{\"targetLowPriorityNodes\":1,\"spot\":{\"nodeSelector\":{\"lifecycle\":\"spot\"}}}}");
      space.apply(job(", allowLowPriorityNode: false", ""));
      Task stuck = space.awaitTask("j-m", t -> Space.reason(t).equals("NoDedicatedNode"));
      assertThat(Space.message(stuck)).contains("targetDedicatedNodes of pool p is 0; resize it");

      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":1}}");
      space.awaitCompleted("j");

      assertThat(space.kubelet().ran(space.name(), "j-m")).hasSize(1);
      assertThat(space.task("j-m").statusOrNew().nodeInfo()).isNotNull();
      Pod node =
          space.nodePods().stream()
              .filter(p ->
                  p.getMetadata()
                      .getName()
                      .equals(space.task("j-m").statusOrNew().nodeInfo().nodeId()))
              .findFirst()
              .orElseThrow();
      assertThat(PodReader.read(node).spot()).isFalse();
    }
  }

  private static final String TOKEN = ", authenticationTokenSettings: {access: [Job]}";

  @Test
  void withItsTokenItAddsTasksToItsJobAndDoesNothingElse() {
    try (Space space = new Space("token")) {
      space.kubelet().script(space.name(), "j-m", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      space.job("k", "p", 0, "own");
      space.apply(job(", runExclusive: false" + TOKEN, ""));
      awaitRun(space, "j-m");
      Pod pod =
          space.taskPods().stream()
              .filter(p -> p.getMetadata().getName().equals("j-m-1"))
              .findFirst()
              .orElseThrow();
      assertThat(pod.getSpec().getServiceAccountName()).isEqualTo("poolwright-job-j");

      try (KubernetesClient manager = space.api().as(space.name(), "poolwright-job-j")) {
        assertThat(manager.resources(Job.class).inNamespace(space.name()).withName("j").get())
            .isNotNull();
        Job own = space.job("j");
        manager.resource(added("j-mine", own)).inNamespace(space.name()).create();
        refused(space, manager, added("k-theirs", space.job("k")), "tasks of that job only");
        refused(space, manager, added("mine", own), "creates tasks named <job>-");
        Task alone = added("j-alone", own);
        alone.getMetadata().setOwnerReferences(List.of());
        refused(space, manager, alone, "with POOLWRIGHT_JOB_UID as uid");
        Task marked = added("j-marked", own);
        marked.getMetadata().setLabels(Map.of("poolwright.io/index", "3"));
        refused(space, manager, marked, "those of poolwright.io are not the user's");
        for (Runnable other :
            List.<Runnable>of(
                () -> manager.resources(Job.class).inNamespace(space.name()).withName("k").get(),
                () -> manager.resources(Task.class).inNamespace(space.name()).list(),
                () -> manager.pods().inNamespace(space.name()).list(),
                () -> manager.secrets().inNamespace(space.name()).list())) {
          assertThatThrownBy(other::run)
              .isInstanceOfSatisfying(
                  KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(403));
        }
      }
      space.awaitTask("j-mine", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.kubelet().finish(space.name(), "j-m", End.SUCCESS);
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
    }
  }

  private static void refused(Space space, KubernetesClient by, Task task, String message) {
    assertThatThrownBy(() -> by.resource(task).inNamespace(space.name()).create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(message);
  }

  private static Task added(String name, Job job) {
    String owner = job.getMetadata().getName();
    Task task = new Task();
    task.getMetadata().setName(name);
    task.getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion(job.getApiVersion())
                    .withKind(job.getKind())
                    .withName(owner)
                    .withUid(job.getMetadata().getUid())
                    .build()));
    task.setSpec(
        Serialization.unmarshal("jobId: " + owner + "\ncommandLine: work", TaskSpec.class));
    return task;
  }

  @Test
  void anAccountThatIsNotTheJobsIsInTheWay() {
    try (Space space = new Space("account")) {
      space.user().resource(account("poolwright-job-j")).inNamespace(space.name()).create();
      space.operator();
      space.pool("p", 1, 1);
      space.apply(job(TOKEN, ""));

      Task told = space.awaitTask("j-m", t -> Space.reason(t).equals("PodRejected"));
      assertThat(Space.message(told))
          .isEqualTo(
              "spec.authenticationTokenSettings: a ServiceAccount named poolwright-job-j exists"
                  + " and does not belong to job j; delete it, or give the job another name");
      space
          .user()
          .serviceAccounts()
          .inNamespace(space.name())
          .withName("poolwright-job-j")
          .delete();
      space.awaitCompleted("j");
    }
  }

  private static ServiceAccount account(String name) {
    return new ServiceAccountBuilder().withNewMetadata().withName(name).endMetadata().build();
  }
}
