package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.pods.Names;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages: looked at by pods of their own, and used only when they are Active. */
class PackageIT {
  private static final String ARCHIVE = "%064x".formatted(7);

  private static void packaged(Space space, String key) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: tool}
        spec: {defaultVersion: "1", versions: [{version: "1", storageUrl: "s3:///%s"}]}
        """
            .formatted(key));
  }

  private static VersionStatus version(ApplicationPackage found) {
    return found.statusOrNew().version("1").orElseThrow();
  }

  private static boolean is(ApplicationPackage found, State state) {
    return found.statusOrNew().version("1").filter(v -> v.state() == state).isPresent();
  }

  private static String reason(ApplicationPackage found) {
    return Space.ready(found.statusOrNew().conditions()).reason();
  }

  private static String digest(String report) {
    return report.replace(PodStatuses.DIGEST, ARCHIVE);
  }

  @Test
  void aVersionIsLookedAtOnceAndItsPodGoes() {
    try (Space space = new Space("looked")) {
      RunningOperator operator = space.operator();
      packaged(space, "tool.zip");

      ApplicationPackage found = space.awaitPackage("tool", p -> is(p, State.ACTIVE));
      assertThat(version(found).digest()).isEqualTo(PodStatuses.DIGEST);
      assertThat(version(found).sizeBytes()).isEqualTo(20);
      assertThat(version(found).lastActivationTime()).isNotNull();
      assertThat(reason(found)).isEqualTo("VersionsActive");
      space.awaitTrue("no pod is left", () -> space.checkPods().isEmpty());
      assertThat(space.kubelet().looked(space.name(), "tool", "1")).isEqualTo(1);
      assertThat(operator.tap().writes())
          .extracting(w -> w.verb() + " " + w.resource())
          .as("the look, its answer, the event, and no more")
          .containsExactlyInAnyOrder(
              "POST pods",
              "PUT applicationpackages/status",
              "PUT applicationpackages/status",
              "POST events",
              "DELETE pods");
    }
  }

  @Test
  void aPackageThatAppearsLateIsFoundAndThePoolAndItsTasksGoOn() {
    try (Space space = new Space("late")) {
      space
          .kubelet()
          .answer(
              space.name(),
              "tool",
              "1",
              n -> n == 0 ? PodStatuses.notFound("BlobNotFound") : PodStatuses.FOUND);
      space.operator();
      packaged(space, "tool.zip");
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: p}
          spec:
            targetDedicatedNodes: 1
            node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
            applicationPackageReferences: [{applicationId: tool}]
          """);
      space.job("j", "p", 0, "a");

      Pool waits =
          space.awaitPool(
              "p",
              p ->
                  Space.reason(p).equals("PackageNotActive")
                      && Space.ready(p.getStatus().conditions())
                          .message()
                          .contains("BlobNotFound"));
      assertThat(Space.ready(waits.getStatus().conditions()).message())
          .contains("spec.applicationPackageReferences[0]", "tool version 1");
      assertThat(space.nodePods()).isEmpty();

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
      Pod node = space.nodePods().getFirst();
      assertThat(node.getMetadata().getAnnotations().get(Names.JOINED_WITH))
          .contains("/batch/applications/tool/1-0123456789abcdef");
    }
  }

  @Test
  void aTaskWaitsForItsOwnPackageAndGoesOn() {
    try (Space space = new Space("taskpackage")) {
      space.kubelet().answer(space.name(), "tool", "1", n -> null);
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            tasks:
              - {id: a, command: ["true"], applicationPackageReferences: [{applicationId: tool}]}
              - {id: b, command: ["true"]}
          """);
      space.awaitTask("j-a", t -> Space.reason(t).equals("PackageNotFound"));
      packaged(space, "tool.zip");
      Task waits = space.awaitTask("j-a", t -> Space.reason(t).equals("PackageNotActive"));
      assertThat(Space.ready(waits.getStatus().conditions()).message())
          .contains("spec.applicationPackageReferences[0]", "tool version 1");
      space.awaitTask("j-b", t -> Space.reason(t).equals("Succeeded"));

      space
          .kubelet()
          .answer(space.name(), "tool", "1", n -> PodStatuses.notFound("ApplicationPackageError"));
      space.awaitTask("j-a", t -> stalled(t) && Space.reason(t).equals("PackageNotActive"));
      space.awaitJob("j", j -> Space.reason(j).equals("TasksStuck"));

      space.kubelet().answer(space.name(), "tool", "1", n -> PodStatuses.FOUND);
      space.merge(
          ApplicationPackage.class,
          "tool",
          "{\"spec\":{\"versions\":[{\"version\":\"1\",\"storageUrl\":\"s3:///mended.zip\"}]}}");
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
    }
  }

  private static boolean stalled(Task task) {
    return task.statusOrNew().conditions().stream()
        .anyMatch(c -> c.type().equals("Stalled") && c.status().equals("True"));
  }

  @Test
  void aChangedVersionIsLookedAtAnewAndNodesThatHaveTheOldOneKeepIt() {
    try (Space space = new Space("changed")) {
      space.operator();
      packaged(space, "tool.zip");
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: p}
          spec:
            targetDedicatedNodes: 1
            node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
            applicationPackageReferences: [{applicationId: tool}]
          """);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.kubelet().answer(space.name(), "tool", "1", n -> digest(PodStatuses.FOUND));
      space.merge(
          ApplicationPackage.class,
          "tool",
          "{\"spec\":{\"versions\":[{\"version\":\"1\",\"storageUrl\":\"s3:///other.zip\"}]}}");
      space.awaitPackage("tool", p -> is(p, State.ACTIVE) && ARCHIVE.equals(version(p).digest()));
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.kubelet().script(space.name(), "old", End.always(new End.Hang()));
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec: {poolInfo: {poolId: p}}
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Task
          metadata: {name: old}
          spec: {jobId: j, command: ["true"]}
          """);
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      assertThat(variable(space.taskPods().getFirst(), "AZ_BATCH_APP_PACKAGE_tool"))
          .as("what its node joined with")
          .isEqualTo("/batch/applications/tool/1-0123456789abcdef");

      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":2}}");
      space.awaitTrue("another node", () -> space.nodePods().size() == 2);
      assertThat(space.nodePods().getLast().getMetadata().getAnnotations().get(Names.JOINED_WITH))
          .contains("/batch/applications/tool/1-0000000000000000");
      space.kubelet().finish(space.name(), "old", End.SUCCESS);
    }
  }

  private static String variable(Pod pod, String name) {
    return pod.getSpec().getContainers().stream()
        .filter(c -> c.getName().equals("task"))
        .flatMap(c -> c.getEnv().stream())
        .filter(e -> e.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  @Test
  void whoAsksByAnAnnotationGetsAnotherLook() {
    try (Space space = new Space("asked")) {
      space
          .kubelet()
          .answer(
              space.name(),
              "tool",
              "1",
              n -> n == 0 ? PodStatuses.notFound("ApplicationPackageError") : PodStatuses.FOUND);
      space.operator();
      packaged(space, "tool.zip");
      ApplicationPackage failed = space.awaitPackage("tool", p -> is(p, State.FAILED));
      assertThat(reason(failed)).isEqualTo("VersionsFailed");
      assertThat(version(failed).message()).isEqualTo("because");

      space.merge(
          ApplicationPackage.class,
          "tool",
          "{\"metadata\":{\"annotations\":{\"poolwright.io/check\":\"again\"}}}");

      space.awaitPackage("tool", p -> is(p, State.ACTIVE));
      space.awaitTrue("no pod is left", () -> space.checkPods().isEmpty());
      assertThat(space.kubelet().looked(space.name(), "tool", "1")).isEqualTo(2);
    }
  }

  @Test
  void aRefusedLookIsSaidAndTriedAgain() {
    try (Space space = new Space("quotacheck")) {
      space.refusePods();
      space.operator();
      packaged(space, "tool.zip");
      ApplicationPackage waits =
          space.awaitPackage(
              "tool",
              p ->
                  p.statusOrNew().version("1").isPresent()
                      && "PodRejected".equals(version(p).reason()));
      assertThat(version(waits).message()).contains("quota");

      space.admitPods();

      space.awaitPackage("tool", p -> is(p, State.ACTIVE));
    }
  }

  @Test
  void aPackageThatIsDeletedIsSaidByThoseThatReferToIt() {
    try (Space space = new Space("packagegone")) {
      space.operator();
      packaged(space, "tool.zip");
      space.awaitPackage("tool", p -> is(p, State.ACTIVE));
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: p}
          spec:
            targetDedicatedNodes: 1
            node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
            applicationPackageReferences: [{applicationId: tool}]
          """);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      space.delete(ApplicationPackage.class, "tool");
      space.awaitPool("p", p -> Space.reason(p).equals("PackageNotFound"));
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":2}}");
      space.job("j", "p", 0, "a");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded())
          .as("the node that has it goes on")
          .isEqualTo(1);
      assertThat(space.nodePods()).as("those that come later cannot have it").hasSize(1);

      packaged(space, "tool.zip");
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
    }
  }

  /** Whatever write goes wrong, the answer is found and written down, and the pod goes. */
  @ParameterizedTest
  @EnumSource(value = Fault.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyWriteOfACheckMayGoWrong(Fault.Kind kind) {
    HttpClient other = ApiServer.running().admin().getHttpClient();
    for (int at = 1; at <= 5; at++) {
      String name = "sweepcheck-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
      try (Space space = new Space(name + "-" + at)) {
        Fault fault = new Fault(kind, at, other);
        Tap tap = new Tap(fault);
        packaged(space, "tool.zip");
        RunningOperator first = space.operator(tap);
        space.awaitTrue("the fault, or the end", () -> fault.hasFired() || isOver(space));
        switch (kind) {
          case KILLED_BEFORE, KILLED_AFTER -> {
            first.kill();
            space.operator();
          }
          case HELD, DELAYED -> {
            space.operator();
            space.awaitTrue("the end, by another", () -> isOver(space));
            fault.goOn();
            space.awaitTrue("all that was held is said", () -> fault.held() == 0);
          }
          default -> {}
        }
        space.awaitTrue(kind + " at " + at, () -> isOver(space));
        assertThat(space.kubelet().looked(space.name(), "tool", "1"))
            .as("%s at %s", kind, at)
            .isBetween(1L, 2L);
      }
    }
  }

  private static boolean isOver(Space space) {
    ApplicationPackage found = space.get(ApplicationPackage.class, "tool");
    return is(Objects.requireNonNull(found), State.ACTIVE) && space.checkPods().isEmpty();
  }

  @Test
  void aChangeWhileItIsLookedAtIsLookedAtAsWell() {
    try (Space space = new Space("midway")) {
      space.kubelet().answer(space.name(), "tool", "1", n -> null);
      space.operator();
      packaged(space, "tool.zip");
      space.awaitTrue("it is being looked at", () -> space.checkPods().size() == 1);
      String first = space.checkPods().getFirst().getMetadata().getName();

      space.merge(
          ApplicationPackage.class,
          "tool",
          "{\"spec\":{\"versions\":[{\"version\":\"1\",\"storageUrl\":\"s3:///other.zip\"}]}}");
      space.awaitTrue(
          "another pod looks",
          () -> {
            List<Pod> pods = space.checkPods();
            return pods.size() == 1 && !pods.getFirst().getMetadata().getName().equals(first);
          });
      space.kubelet().answer(space.name(), "tool", "1", n -> PodStatuses.FOUND);
      space.awaitPackage("tool", p -> is(p, State.ACTIVE));
    }
  }
}
