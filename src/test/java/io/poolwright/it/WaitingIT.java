package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What waits says why, and goes on by itself once the reason is gone. */
class WaitingIT {

  @Test
  void forAPoolThatDoesNotExistYet() {
    try (Space space = new Space("nopool")) {
      space.operator();
      space.job("j", "later", 0, "a");
      space.awaitJob("j", j -> Space.reason(j).equals("PoolNotFound"));
      space.awaitTask("j-a", t -> Space.reason(t).equals("PoolNotFound"));
      assertThat(Space.ready(space.task("j-a").getStatus().conditions()).message())
          .contains("later");

      space.pool("later", 1, 1);

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void forAJobThatDoesNotExistYet() {
    try (Space space = new Space("nojob")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(task("orphan", "later", "command: [work]"));
      space.awaitTask("orphan", t -> Space.reason(t).equals("JobNotFound"));

      space.apply(emptyJob("later", "p"));

      space.awaitTask("orphan", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.awaitJob(
          "later",
          j ->
              j.statusOrNew().taskCounts() != null
                  && j.statusOrNew().taskCounts().succeeded() == 1);
      assertThat(space.job("later").stateOrActive()).isEqualTo(JobState.ACTIVE);
    }
  }

  @Test
  void forMoreSlotsThanANodeHas() {
    try (Space space = new Space("slots")) {
      space.operator();
      space.pool("p", 1, 2);
      space.apply(emptyJob("j", "p"));
      space.apply(task("wide", "j", "command: [work]\n  requiredSlots: 3"));
      Task wide = space.awaitTask("wide", t -> Space.reason(t).equals("RequiredSlotsTooLarge"));
      assertThat(Space.ready(wide.getStatus().conditions()).message())
          .contains("spec.requiredSlots");

      space.merge(Task.class, "wide", "{\"spec\":{\"requiredSlots\":2}}");

      space.awaitTask("wide", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
    }
  }

  @Test
  void forAnImage() {
    try (Space space = new Space("noimage")) {
      space.operator();
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: p}
          spec: {targetDedicatedNodes: 1, node: {size: {cpu: "1", memory: 1Gi}}}
          """);
      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("ImageMissing"));

      space.merge(Pool.class, "p", "{\"spec\":{\"node\":{\"image\":\"busybox\"}}}");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void forAPackageThatDoesNotExistYet() {
    try (Space space = new Space("nopackage")) {
      space.operator();
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
      Pool waits = space.awaitPool("p", p -> Space.reason(p).equals("PackageNotFound"));
      assertThat(Space.ready(waits.getStatus().conditions()).message())
          .contains("spec.applicationPackageReferences[0]", "tool");
      assertThat(space.nodePods()).isEmpty();

      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: ApplicationPackage
          metadata: {name: tool}
          spec: {versions: [{version: "1.0", storageUrl: "s3:///tool.zip"}]}
          """);
      space.awaitPool(
          "p", p -> Space.ready(p.getStatus().conditions()).message().contains("default version"));
      space.merge(ApplicationPackage.class, "tool", "{\"spec\":{\"defaultVersion\":\"1.0\"}}");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void aNameThatSomebodyElseHas() {
    try (Space space = new Space("conflict")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(WaitingIT.task("j-a", "elsewhere", "command: [work]"));
      space.job("j", "p", 0, "a");
      Job waits = space.awaitJob("j", j -> Space.reason(j).equals("NameConflict"));
      assertThat(Space.ready(waits.getStatus().conditions()).message())
          .contains("spec.tasks[0]", "j-a");

      space.delete(Task.class, "j-a");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void anIdThatIsUsedTwice() {
    try (Space space = new Space("twice")) {
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a", "b", "a");

      Job job = space.awaitJob("j", j -> Space.reason(j).equals("NameConflict"));

      assertThat(Space.ready(job.getStatus().conditions()).message())
          .contains("spec.tasks[2].id", "spec.tasks[0]");
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("commandLine: \"say 'unbalanced\"", "InvalidCommandLine", "spec.commandLine"),
        Arguments.of("commandLine: \"  \"", "InvalidCommandLine", "spec.commandLine"),
        Arguments.of(
            "command: [work]\n  environmentSettings: [{name: AZ_BATCH_JOB_ID, value: x}]",
            "ReservedVariable",
            "AZ_BATCH_JOB_ID"),
        Arguments.of(
            "command: [work]\n  resourceFiles: [{storageUrl: \"s3:///a\", filePath: ../a}]",
            "InvalidFilePath",
            "spec.resourceFiles[0].filePath"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void whatCanNeverRunSaysSoAndDoesNotHoldUpOthers(String spec, String reason, String inMessage) {
    try (Space space = new Space("never")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(emptyJob("j", "p"));
      space.apply(task("wrong", "j", spec));
      space.apply(task("right", "j", "command: [work]"));

      Task wrong = space.awaitTask("wrong", t -> Space.reason(t).equals(reason));

      assertThat(Space.ready(wrong.getStatus().conditions()).message()).contains(inMessage);
      space.awaitTask("right", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(space.kubelet().ran(space.name(), "wrong")).isEmpty();
    }
  }

  @Test
  void aTaskGoesToTheNodeThatItNamesOrThatTheTaskRanOnWhichItNames() {
    try (Space space = new Space("affinity")) {
      space.kubelet().script(space.name(), "first", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.apply(emptyJob("j", "p"));
      space.apply(task("first", "j", "command: [work]"));
      space.awaitTrue("it runs", () -> !space.kubelet().ran(space.name(), "first").isEmpty());
      space.apply(task("second", "j", "command: [work]"));
      space.awaitTask("second", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.kubelet().finish(space.name(), "first", End.SUCCESS);
      space.awaitTask("first", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);

      String other = nodeOf(space, "second");
      assertThat(other).isEqualTo("p-node-2");
      space.apply(task("near", "j", "command: [work]\n  affinityInfo: {affinityId: second}"));
      space.awaitTask("near", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(nodeOf(space, "near")).isEqualTo(other);

      space.apply(task("there", "j", "command: [work]\n  affinityInfo: {affinityId: p-node-2}"));
      space.awaitTask("there", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(nodeOf(space, "there")).isEqualTo("p-node-2");

      space.apply(task("any", "j", "command: [work]\n  affinityInfo: {affinityId: nobody}"));
      space.awaitTask("any", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
    }
  }

  private static String nodeOf(Space space, String task) {
    return Objects.requireNonNull(space.task(task).statusOrNew().nodeInfo()).nodeId();
  }

  static String emptyJob(String name, String pool) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: %s}
    spec: {poolInfo: {poolId: %s}}
    """
        .formatted(name, pool);
  }

  static String task(String name, String job, String spec) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Task
    metadata: {name: %s}
    spec:
      jobId: %s
      %s
    """
        .formatted(name, job, spec);
  }
}
