package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.it.FakeLists.Found;
import io.poolwright.pods.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs with a task for each object: listed once, by a pod, and never again. */
final class TaskPerFileIT {
  private static void perFile(Space space, String settings, String more) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
        """
            + settings.indent(2)
            + """
              taskFactory:
                type: TaskPerFile
                source: {autoStorageContainerName: photos, prefix: "2026/"}
                repeatTask:
                  displayName: "{url}"
                  command: [convert, "{fileName}", "{fileNameWithoutExtension}.png"]
                  resourceFiles: [{httpUrl: "{url}", filePath: "{fileName}"}]
            """
            + more.indent(4));
  }

  private static List<ControllerRevision> parts(Space space) {
    return space.user().apps().controllerRevisions().inNamespace(space.name()).list().getItems();
  }

  private static List<Pod> listPods(Space space) {
    return space
        .user()
        .pods()
        .inNamespace(space.name())
        .withLabel(Names.ROLE, Names.ROLE_LIST)
        .list()
        .getItems();
  }

  private static ListedFiles files(Job job) {
    ListedFiles files = job.statusOrNew().files();
    assertThat(files).isNotNull();
    return files;
  }

  @Test
  void eachObjectIsATaskInTheOrderOfTheKeys() {
    try (Space space = new Space("per-file")) {
      space
          .kubelet()
          .lists()
          .script(
              space.name(),
              "j",
              n -> Found.keys(List.of("2026/a b.jpg", "2026/hills.jpg", "2026/sea.jpg")));
      space.kubelet().script(space.name(), "j-1", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 4);
      perFile(space, "", "mergeTask: {commandLine: merge}");
      space.awaitTrue("1 runs", () -> !space.kubelet().ran(space.name(), "j-1").isEmpty());
      Pod pod =
          space.taskPods().stream()
              .filter(p -> "1".equals(p.getMetadata().getLabels().get(Names.INDEX)))
              .findFirst()
              .orElseThrow();
      assertThat(pod.toString())
          .contains("hills.jpg", "hills.png", "s3://photos/2026/hills.jpg")
          .doesNotContain("sea");
      space.kubelet().finish(space.name(), "j-1", End.SUCCESS);
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 4, 4, 0));
      assertThat(files(over).count()).isEqualTo(3);
      assertThat(files(over).digest()).hasSize(64);
      assertThat(space.kubelet().lists().made(space.name(), "j")).isEqualTo(1);
      assertThat(space.kubelet().ran(space.name(), "j-merge")).hasSize(1);
      assertThat(parts(space)).hasSize(1);
      assertThat(parts(space).getFirst().getMetadata().getOwnerReferences().getFirst().getUid())
          .isEqualTo(over.getMetadata().getUid());
      space.awaitTrue("the pod that listed is gone", () -> listPods(space).isEmpty());
    }
  }

  @Test
  void anOperatorThatIsKilledReadsTheSameListAgain() {
    try (Space space = new Space("per-file-killed")) {
      space
          .kubelet()
          .lists()
          .script(space.name(), "j", n -> Found.keys(List.of("2026/a" + n, "2026/b", "2026/c")));
      space.kubelet().script(space.name(), "j-0", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      perFile(space, "", "");
      space.awaitTrue("one runs", () -> !space.kubelet().ran(space.name(), "j-0").isEmpty());
      ListedFiles before = files(space.awaitJob("j", j -> true));
      space.killAll();
      space.kubelet().finish(space.name(), "j-0", End.SUCCESS);
      space.operator();
      Job over = space.awaitCompleted("j");
      assertThat(files(over)).isEqualTo(before);
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 3, 3, 0));
      assertThat(space.kubelet().lists().made(space.name(), "j")).isEqualTo(1);
      for (int i = 0; i < 3; i++) {
        assertThat(space.kubelet().ran(space.name(), "j-" + i)).hasSize(1);
      }
    }
  }

  @Test
  void whatKeepsTheListFromBeingMadeIsSaidAndItIsTriedAgain() {
    try (Space space = new Space("per-file-denied")) {
      space
          .kubelet()
          .lists()
          .script(
              space.name(),
              "j",
              n ->
                  switch (n) {
                    case 0 ->
                        Found.failure("BucketNotFound", "There is no bucket photos; make it.");
                    case 1 -> new Found(List.of("2026/a", "2026/b"), null, true);
                    default -> Found.keys(List.of("2026/a", "2026/b"));
                  });
      space.operator();
      perFile(space, "", "");
      Job waits = space.awaitJob("j", j -> Space.reason(j).equals("FilesNotListed"));
      assertThat(Space.message(waits))
          .contains("spec.taskFactory.source", "BucketNotFound", "make it", "tried again at");
      assertThat(waits.getStatus().taskCounts().total()).isZero();
      Job cut = space.awaitJob("j", j -> Space.message(j).contains("ListNotKept"));
      assertThat(Space.message(cut)).contains("not all that was printed");
      space.pool("p", 1, 4);
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(files(over).failures()).isNull();
      assertThat(space.kubelet().lists().made(space.name(), "j")).isEqualTo(3);
    }
  }

  @Test
  void whatCanNeverBeListedAndKeysThatMakeNoTaskAreNotTriedAgain() {
    try (Space space = new Space("per-file-never")) {
      space
          .kubelet()
          .lists()
          .script(space.name(), "j", n -> Found.failure("TooManyFiles", "narrow prefix."));
      space.operator();
      perFile(space, "", "");
      Job never = space.awaitJob("j", j -> Space.reason(j).equals("FilesNotListed"));
      assertThat(Space.message(never)).contains("TooManyFiles", "delete the job");
      assertThat(files(never).nextListTime()).isNull();
    }
    try (Space space = new Space("per-file-senseless")) {
      space
          .kubelet()
          .lists()
          .script(space.name(), "j", n -> Found.keys(List.of("2026/" + "x".repeat(1019))));
      space.operator();
      perFile(space, "", "");
      Job never = space.awaitJob("j", j -> Space.reason(j).equals("FilesNotListed"));
      assertThat(Space.message(never))
          .contains("spec.taskFactory.repeatTask.", "characters long", "delete the job");
      assertThat(parts(space)).isEmpty();
    }
  }

  @Test
  void aJobOfNoObjectSaysSoAndIsOver() {
    try (Space space = new Space("per-file-none")) {
      space.operator();
      space.pool("p", 1, 1);
      perFile(space, "", "");
      Job over = space.awaitCompleted("j");
      assertThat(Space.message(over)).contains("no object was found in spec.taskFactory.source");
      assertThat(over.getStatus().taskCounts()).isEqualTo(TaskCounts.NONE);
      assertThat(files(over).count()).isZero();
      assertThat(parts(space)).isEmpty();
    }
  }

  @Test
  void aJobThatLostItsListSaysSo() {
    try (Space space = new Space("per-file-lost")) {
      List<String> keys =
          new ArrayList<>(IntStream.range(0, 9000).mapToObj(i -> "2026/" + i).toList());
      space.kubelet().lists().script(space.name(), "j", n -> Found.keys(keys));
      space.operator();
      perFile(space, "", "");
      space.awaitJob(
          "j",
          j ->
              j.statusOrNew().taskCounts() != null
                  && j.statusOrNew().taskCounts().active() == 9000);
      assertThat(parts(space)).hasSize(3);
      space.killAll();
      space.user().apps().controllerRevisions().inNamespace(space.name()).delete();
      space.operator();
      Job lost = space.awaitJob("j", j -> Space.reason(j).equals("InvalidTaskFactory"));
      assertThat(Space.message(lost)).contains("ControllerRevision j-files-", "create it again");
      assertThat(space.kubelet().lists().made(space.name(), "j")).isEqualTo(1);
    }
  }

  private static void loseTheList(Space space) {
    space.killAll();
    space.user().apps().controllerRevisions().inNamespace(space.name()).delete();
    space.operator();
  }

  private static void awaitRun(Space space, String task) {
    space.awaitTrue(task + " runs", () -> !space.kubelet().ran(space.name(), task).isEmpty());
  }

  @Test
  void whatRunsOfALostListEndsNothingElseStartsAndTheJobCanBeDeleted() {
    try (Space space = new Space("per-file-lost-runs")) {
      List<String> keys = IntStream.range(0, 9000).mapToObj(i -> "2026/" + i).toList();
      space.kubelet().lists().script(space.name(), "j", n -> Found.keys(keys));
      for (String task : List.of("j-0", "j-1", "j-2")) {
        space.kubelet().script(space.name(), task, End.always(new End.Hang()));
      }
      space.operator();
      space.pool("p", 1, 3);
      perFile(
          space,
          """
          constraints: {maxTaskRetryCount: 3}
          jobPreparationTask: {commandLine: prepare}
          jobReleaseTask: {commandLine: release}
          """,
          "");
      List.of("j-0", "j-1", "j-2").forEach(t -> awaitRun(space, t));
      loseTheList(space);
      space.awaitJob("j", j -> Space.reason(j).equals("InvalidTaskFactory"));
      space.kubelet().finish(space.name(), "j-0", End.SUCCESS);
      space.kubelet().finish(space.name(), "j-1", new End.Exit(3));
      Job said =
          space.awaitJob(
              "j", j -> j.statusOrNew().taskCounts().equals(new TaskCounts(8998, 1, 1, 1, 0)));
      assertThat(Space.message(said)).contains("ControllerRevision j-files-", "create it again");
      space.awaitJob(
          "j",
          j ->
              j.statusOrNew().taskFactory().live().stream()
                  .anyMatch(t -> t.index() == 1 && "InvalidTaskFactory".equals(t.reason())));
      // Its slots are for others.
      space.job("other", "p", 0, "a", "b");
      space.awaitCompleted("other");
      assertThat(space.kubelet().ran(space.name(), "j-1")).hasSize(1);
      assertThat(space.kubelet().ran(space.name(), "j-3")).isEmpty();

      space.delete(Job.class, "j");
      space.awaitTrue("it is gone", () -> space.get(Job.class, "j") == null);
      assertThat(space.kubelet().ran(space.name(), "j/release/p-node-1")).hasSize(1);
      space.awaitTrue("and its pods", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void aListThatCannotBeReadNowKeepsNothingElseWaiting() {
    try (Space space = new Space("per-file-unread")) {
      space
          .kubelet()
          .lists()
          .script(space.name(), "j", n -> Found.keys(List.of("2026/a", "2026/b", "2026/c")));
      space.kubelet().script(space.name(), "j-0", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      perFile(space, "", "");
      awaitRun(space, "j-0");
      space.killAll();
      Tap tap = Tap.counting();
      tap.forbid("controllerrevisions");
      space.operator(tap);
      space.kubelet().finish(space.name(), "j-0", End.SUCCESS);
      space.job("other", "p", 0, "a");
      space.awaitCompleted("other");
      Job said = space.awaitJob("j", j -> Space.message(j).contains("FilesNotListed"));
      assertThat(Space.message(said)).contains("cannot be read", "tried again");
      assertThat(said.statusOrNew().taskCounts()).isEqualTo(new TaskCounts(2, 0, 1, 1, 0));

      tap.forbid(null);
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 3, 3, 0));
      for (int i = 0; i < 3; i++) {
        assertThat(space.kubelet().ran(space.name(), "j-" + i)).hasSize(1);
      }
    }
  }

  @Test
  void aHundredThousandLongNamesAreSmallObjects() {
    try (Space space = new Space("per-file-many")) {
      List<String> keys =
          IntStream.range(0, 100_000)
              .mapToObj(
                  i -> "2026/%095d".formatted(i * 7919L * 104729L % 1_000_000_007L * 1000003L + i))
              .sorted()
              .toList();
      space.kubelet().lists().script(space.name(), "j", n -> Found.keys(keys));
      space.operator();
      space.pool("p", 1, 2);
      perFile(space, "maxParallelTasks: 2", "");
      Job runs =
          space.awaitJob(
              "j",
              j ->
                  j.statusOrNew().taskCounts() != null
                      && j.statusOrNew().taskCounts().succeeded() > 0);
      assertThat(runs.getStatus().taskCounts().total()).isEqualTo(100_000);
      assertThat(parts(space))
          .hasSize(25)
          .allSatisfy(p ->
              assertThat(space.user().getKubernetesSerialization().asJson(p))
                  .hasSizeLessThan(256 << 10));
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      space.awaitCompleted("j");
    }
  }
}
