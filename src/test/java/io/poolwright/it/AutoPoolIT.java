package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.pods.Names;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Section 5.1 of the reference: pools that are made for a job, or for the jobs of a schedule. */
class AutoPoolIT {
  private static String pool(String settings) {
    return """
    poolInfo:
      autoPoolSpecification:
    %s
        pool:
          targetDedicatedNodes: 1
          node: {image: i, size: {cpu: "1", memory: 1Gi}, directory: {kind: None}}
    """
        .formatted(settings.indent(4));
  }

  private static void job(Space space, String settings, String tasks) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
        """
            + (pool(settings) + tasks).indent(2));
  }

  private static List<Pool> pools(Space space) {
    return space.user().resources(Pool.class).inNamespace(space.name()).list().getItems();
  }

  private static Pool only(Space space) {
    space.awaitTrue("a pool", () -> pools(space).size() == 1);
    return pools(space).getFirst();
  }

  @Test
  void itIsMadeWithTheJobAndGoesWithIt() {
    try (Space space = new Space("auto-pool")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      job(space, "autoPoolIdPrefix: mine", "tasks: [{id: a, commandLine: work}]");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      Pool pool = only(space);
      assertThat(pool.getMetadata().getName()).startsWith("mine-").hasSizeLessThanOrEqualTo(50);
      assertThat(pool.getMetadata().getLabels()).containsEntry(Names.JOB, "j");
      assertThat(space.job("j").getStatus().executionInfo().poolId())
          .isEqualTo(pool.getMetadata().getName());

      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.awaitCompleted("j");

      space.awaitTrue("the pool is gone", () -> pools(space).isEmpty());
      assertThat(space.task("j-a").statusOrNew().stateOrActive()).isEqualTo(TaskState.COMPLETED);
    }
  }

  @Test
  void itStaysWhereItIsToBeKept() {
    try (Space space = new Space("keep-alive")) {
      space.operator();
      job(space, "keepAlive: true", "tasks: [{id: a, commandLine: work}]");
      space.awaitCompleted("j");

      assertThat(only(space).getMetadata().getOwnerReferences()).isEmpty();
      space.merge(
          Job.class,
          "j",
          "{\"spec\":{\"poolInfo\":{\"autoPoolSpecification\":{\"keepAlive\":false}}}}");
      space.awaitTrue("the pool is gone", () -> pools(space).isEmpty());
    }
  }

  @Test
  void whetherItIsKeptMayBeSaidLater() {
    try (Space space = new Space("keep-later")) {
      space.operator();
      job(space, "", "");
      assertThat(only(space).getMetadata().getOwnerReferences()).hasSize(1);
      space.awaitJob("j", j -> j.statusOrNew().state() == JobState.ACTIVE);

      space.merge(
          Job.class,
          "j",
          "{\"spec\":{\"poolInfo\":{\"autoPoolSpecification\":{\"keepAlive\":true}}}}");
      space.awaitTrue("free", () -> only(space).getMetadata().getOwnerReferences().isEmpty());
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      space.awaitCompleted("j");

      assertThat(only(space).getMetadata().getDeletionTimestamp()).isNull();
    }
  }

  @Test
  void aChangeOfItsSpecIsMadeToThePool() {
    try (Space space = new Space("auto-pool-changed")) {
      space.operator();
      job(space, "", "");
      String name = only(space).getMetadata().getName();
      space.merge(Pool.class, name, "{\"spec\":{\"targetDedicatedNodes\":2}}");
      space.merge(Job.class, "j", "{\"spec\":{\"priority\":7}}");
      space.awaitJob("j", j -> Long.valueOf(2).equals(j.statusOrNew().observedGeneration()));
      assertThat(only(space).getSpec().targetDedicatedNodes()).isEqualTo(2);

      space.merge(
          Job.class,
          "j",
          "{\"spec\":{\"poolInfo\":{\"autoPoolSpecification\":{\"pool\":{\"targetDedicatedNodes\":3}}}}}");

      space.awaitTrue(
          "three", () -> Integer.valueOf(3).equals(only(space).getSpec().targetDedicatedNodes()));
    }
  }

  @Test
  void oneThatIsDeletedWhileTheJobLivesIsMadeAnew() {
    try (Space space = new Space("auto-pool-lost")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      job(space, "", "tasks: [{id: a, commandLine: work}]");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      Pool first = only(space);

      space.user().resource(first).delete();
      space.awaitCompleted("j");

      assertThat(space.kubelet().ran(space.name())).hasSize(2);
      assertThat(space.task("j-a").statusOrNew().execution().result())
          .isEqualTo(TaskResult.SUCCESS);
    }
  }

  @Test
  void theJobsOfAScheduleShareOne() {
    try (Space space = new Space("auto-pool-shared")) {
      space.kubelet().script(space.name(), "s-2-a", End.first(new End.Hang()));
      space.operator();
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: JobSchedule
          metadata: {name: s}
          spec:
            schedule: {recurrenceInterval: 1s}
            jobSpecification:
          """
              + (pool("poolLifetimeOption: JobSchedule") + "tasks: [{id: a, commandLine: work}]")
                  .indent(4));
      space.awaitTrue(
          "the second runs",
          () -> space.kubelet().ran(space.name()).stream().anyMatch(r -> r.task().equals("s-2-a")));

      Pool pool = only(space);
      assertThat(pool.getMetadata().getLabels()).containsEntry(Names.SCHEDULE, "s");
      assertThat(Objects.requireNonNull(space.get(Job.class, "s-1")).getStatus().executionInfo())
          .extracting(e -> e.poolId())
          .isEqualTo(pool.getMetadata().getName());

      space.merge(JobSchedule.class, "s", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      space.awaitTrue("the pool is gone", () -> pools(space).isEmpty());

      assertThat(Objects.requireNonNull(space.get(Job.class, "s-2")).stateOrActive())
          .isEqualTo(JobState.COMPLETED);
    }
  }

  @Test
  void aJobWhosePoolIsRefusedIsOver() {
    try (Space space = new Space("auto-pool-quota")) {
      refusePools(space);
      space.operator();
      job(space, "", "tasks: [{id: a, commandLine: work}]");
      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().executionInfo().schedulingError())
          .satisfies(e -> {
            assertThat(e.category()).isEqualTo("UserError");
            assertThat(e.code()).isEqualTo("AutoPoolCreationFailedWithQuotaReached");
            assertThat(e.message()).contains("quota");
          });
      assertThat(Space.reason(over)).isEqualTo("AutoPoolRefused");
    }
  }

  /** Nothing counts what there is here: the quota's status says that there is no room. */
  private static void refusePools(Space space) {
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("q")
            .withNamespace(space.name())
            .endMetadata()
            .withNewSpec()
            .addToHard("count/pools.poolwright.io", new Quantity("0"))
            .endSpec()
            .withNewStatus()
            .addToHard("count/pools.poolwright.io", new Quantity("0"))
            .addToUsed("count/pools.poolwright.io", new Quantity("0"))
            .endStatus()
            .build();
    space.user().resource(quota).create();
    space.user().resource(quota).patchStatus();
    space.awaitTrue("pools are refused", () -> isRefused(space));
  }

  private static boolean isRefused(Space space) {
    try {
      space.pool("probe", 0, 1);
      space.user().resources(Pool.class).inNamespace(space.name()).withName("probe").delete();
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403;
    }
  }
}
