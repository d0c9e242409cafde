package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody follows the READMEs in {@code examples/}. */
class ExamplesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("examples");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static void apply(String example) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("examples", example))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        tenant.apply(Files.readString(file));
      }
    }
  }

  @Test
  void helloNeedsNoStorageAndLeavesAWarmNode() throws IOException {
    tenant.unlinkStorage();
    apply("hello");

    Job job = tenant.completedJob("hello", PATIENCE);

    assertThat(job.statusOrNew().progress()).isEqualTo("1/1");
    TaskStatus task = tenant.task("hello-greet").statusOrNew();
    assertThat(task.execution().exitCode()).isZero();
    assertThat(task.execution().retryCount()).isNull();
    assertThat(task.nodeInfo().nodeId()).isEqualTo("hello-node-1");
    assertThat(tenant.history().task("hello-greet"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
    assertThat(tenant.history().job("hello"))
        .containsSubsequence("Active Active", "Completed Succeeded");
    // Without storage this is where its output is.
    Pod pod = tenant.pods("task").getFirst();
    tenant.await(
        "its pod is let out of our hands",
        PATIENCE,
        () -> tenant.pods("task").getFirst().getMetadata().getFinalizers().isEmpty());
    assertThat(pod.getMetadata().getDeletionTimestamp()).isNull();
    assertThat(
            Program.run(
                "dev/cluster",
                "kubectl",
                "-n",
                tenant.namespace(),
                "logs",
                "-l",
                "poolwright.io/job=hello",
                "-c",
                "task"))
        .isEqualTo("Hello from greet on hello-node-1\n");
    tenant.awaitPool("hello", "Steady", PATIENCE);
    assertThat(tenant.history().pool("hello"))
        .containsSubsequence("Resizing Resizing", "Steady Steady");
    assertThat(tenant.pods("node"))
        .filteredOn(p -> p.getMetadata().getLabels().get("poolwright.io/pool").equals("hello"))
        .hasSize(1);
  }

  @Test
  void aPoolIsWarmAndIsScaledByHandAndFallsBackToSpot() throws IOException {
    tenant.unlinkStorage();
    apply("pool");

    tenant.completedJob("warm", PATIENCE);

    Pod first = nodesOf("warm").getFirst();
    assertThat(first.getMetadata().getCreationTimestamp()).isNotNull();
    assertThat(first.getStatus().getPodIPs()).isNotEmpty();
    assertThat(kubectl("logs", "warm-node-1", "-c", "start-task")).isEqualTo("the table is made\n");
    assertThat(kubectl("logs", "-l", "poolwright.io/job=warm", "-c", "task").lines())
        .containsExactly("1000 lines on warm-node-1", "1000 lines on warm-node-1");
    kubectl("scale", "bpool", "warm", "--replicas=2");
    awaitNodes("warm", 2, 0);
    kubectl(
        "patch",
        "bpool",
        "warm",
        "--type=merge",
        "-p",
        "{\"spec\":{\"targetDedicatedNodes\":0,\"targetLowPriorityNodes\":1}}");
    awaitNodes("warm", 0, 1);
    assertThat(nodesOf("warm").getFirst().getMetadata().getLabels())
        .containsEntry("poolwright.io/dedicated", "false");
    kubectl(
        "patch",
        "bpool",
        "warm",
        "--type=merge",
        "-p",
        "{\"spec\":{\"targetDedicatedNodes\":0,\"targetLowPriorityNodes\":0}}");
    awaitNodes("warm", 0, 0);
  }

  private static String kubectl(String... words) {
    return Program.run(
        Stream.concat(
                Stream.of("dev/cluster", "kubectl", "-n", tenant.namespace()), Stream.of(words))
            .toArray(String[]::new));
  }

  private static List<Pod> nodesOf(String pool) {
    return tenant.pods("node").stream()
        .filter(p -> pool.equals(p.getMetadata().getLabels().get("poolwright.io/pool")))
        .toList();
  }

  /** That many take tasks, and no others are there any more. */
  private static void awaitNodes(String pool, int dedicated, int spot) {
    tenant.await(
        pool + " has " + dedicated + " dedicated nodes and " + spot + " Spot nodes",
        PATIENCE,
        () ->
            nodesOf(pool).size() == dedicated + spot
                && nodesOf(pool).stream()
                        .filter(p ->
                            "false"
                                .equals(p.getMetadata().getLabels().get("poolwright.io/dedicated")))
                        .count()
                    == spot
                && Integer.valueOf(dedicated + spot)
                    .equals(tenant.pool(pool).statusOrNew().readyNodes()));
  }

  @Test
  void packagesWaitForTheirArchiveAndTheTasksForThem() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "packages-example");
    tenant.storage(store.secret());
    apply("packages");
    tenant.awaitPool("greeters", "PackageNotActive", PATIENCE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      byte[] greet = "#!/bin/sh\necho \"Hello, $1\"\n".getBytes(StandardCharsets.UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry("greet");
      entry.setMode(0755);
      entry.setSize(greet.length);
      tar.putArchiveEntry(entry);
      tar.write(greet);
      tar.closeArchiveEntry();
    }
    store.put("apps/greet-1.0.tar.gz", bytes.toByteArray());
    Program.run(
        "dev/cluster",
        "kubectl",
        "-n",
        tenant.namespace(),
        "annotate",
        "apkg",
        "greet",
        "poolwright.io/check=now");

    tenant.completedJob("greeters", PATIENCE);

    assertThat(store.text("poolwright/greeters/ann/1/stdout.txt")).isEqualTo("Hello, Ann\n");
    assertThat(store.text("poolwright/greeters/bob/1/stdout.txt")).isEqualTo("Hello, Bob\n");
  }

  @Test
  void preparationLeavesTheTasksADictionaryAndItsReleaseRunsLast() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "preparation-example");
    tenant.storage(store.secret());
    apply("preparation");

    Job job = tenant.completedJob("preparation", PATIENCE);

    assertThat(job.statusOrNew().progress()).isEqualTo("2/2");
    assertThat(tenant.history().job("preparation"))
        .containsSubsequence("Active Active", "Terminating Terminating", "Completed Succeeded");
    assertThat(store.text("poolwright/preparation/one/1/stdout.txt")).isEqualTo("one=eins\n");
    assertThat(store.text("poolwright/preparation/two/1/stdout.txt")).isEqualTo("two=zwei\n");
    assertThat(store.text("poolwright/preparation/jobrelease/preparation-node-1/1/stdout.txt"))
        .isEqualTo("2\n");
  }

  @Test
  void dependenciesRunInTheirOrderAndAReportFollowsAFailureThatMayBe() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "dependencies-example");
    tenant.storage(store.secret());
    apply("dependencies");

    Job job = tenant.completedJob("dependencies", PATIENCE);

    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(4);
    assertThat(job.statusOrNew().taskCounts().failed()).isEqualTo(1);
    assertThat(tenant.history().task("dependencies-report"))
        .containsSubsequence(
            "Active WaitingForDependencies", "Running Running", "Completed Succeeded");
    assertThat(tenant.task("dependencies-2").statusOrNew().execution().exitCode()).isEqualTo(3);
    assertThat(store.text("poolwright/dependencies/report/1/stdout.txt"))
        .isEqualTo("1:solved on the grid\n3:solved on the grid\n");
  }

  @Test
  void aSweepIsJoinedAlthoughSomeOfItFails() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "sweep-example");
    tenant.storage(store.secret());
    apply("sweep");

    Job job = tenant.completedJob("sweep", PATIENCE);

    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(10);
    FactoryStatus factory = job.statusOrNew().taskFactory();
    assertThat(factory).isNotNull();
    assertThat(factory.failed()).isEqualTo("0,4,8");
    assertThat(factory.failures().getFirst().stderr()).contains("divide by zero");
    String failed =
        Cluster.get()
            .tool("tasks", "sweep", "--state", "Failed", "--namespace", tenant.namespace());
    assertThat(failed.lines().skip(1).map(l -> l.split(" ", 2)[0])).containsExactly("0", "4", "8");
    assertThat(tenant.history().job("sweep"))
        .containsSubsequence("Active Active", "Completed TasksFailed");
    assertThat(tenant.history().task("sweep-merge"))
        .containsSubsequence(
            "Active WaitingForDependencies", "Running Running", "Completed Succeeded");
    assertThat(store.text("poolwright/sweep/merge/1/stdout.txt").replaceAll(" +", " "))
        .isEqualTo(" 3 0\n 4 1\n 1 2\n 1 3\n");
    assertThat(
            tenant
                .client()
                .resources(io.poolwright.api.task.Task.class)
                .inNamespace(tenant.namespace())
                .list()
                .getItems())
        .extracting(t -> t.getMetadata().getName())
        .filteredOn(n -> n.startsWith("sweep-"))
        .containsExactly("sweep-merge");
  }

  @Test
  void aJobBringsItsPoolWhichGoesWithIt() throws IOException {
    tenant.unlinkStorage();
    apply("autopool");

    Job job = tenant.completedJob("autopool", PATIENCE);

    assertThat(job.statusOrNew().progress()).isEqualTo("2/2");
    String pool = String.valueOf(job.statusOrNew().executionInfo().poolId());
    assertThat(pool).startsWith("brief-");
    assertThat(tenant.history().job("autopool"))
        .containsSubsequence("Active Active", "Completed Succeeded");
    tenant.await(
        "the pool and its node are gone",
        PATIENCE,
        () ->
            tenant
                        .client()
                        .resources(Pool.class)
                        .inNamespace(tenant.namespace())
                        .withName(pool)
                        .get()
                    == null
                && tenant.pods("node").stream()
                    .noneMatch(p -> p.getMetadata().getName().startsWith(pool)));
  }

  @Test
  void aScheduleMakesOneJobAfterTheOther() throws IOException {
    tenant.unlinkStorage();
    apply("schedule");

    tenant.completedJob("tick-1", PATIENCE);
    tenant.completedJob("tick-2", PATIENCE);

    assertThat(tenant.history().job("tick-2"))
        .containsSubsequence("Active Active", "Completed Succeeded");
    desire("Disabled", "Disabled");
    desire("Terminated", "Completed");
    assertThat(tenant.history().schedule("tick"))
        .containsSubsequence("Active Scheduled", "Disabled Disabled", "Completed UserTerminate");
  }

  private static void desire(String state, String reached) {
    tenant
        .client()
        .resources(JobSchedule.class)
        .inNamespace(tenant.namespace())
        .withName("tick")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"desiredState\":\"" + state + "\"}}");
    tenant.await(
        "the schedule is " + reached,
        PATIENCE,
        () -> tenant.history().schedule("tick").getLast().startsWith(reached));
  }

  @ParameterizedTest
  @EnumSource(Store.Kind.class)
  void wordcountBringsTextsInAndCountsOut(Store.Kind kind) throws Exception {
    Store store = Store.of(kind, "examples");
    List<String> texts =
        List.of(
            "Apache-2.0", "Artistic", "BSD", "GFDL-1.3", "GPL-2", "GPL-3", "LGPL-2.1", "MPL-2.0");
    for (String text : texts) {
      store.put("texts/" + text, Files.readAllBytes(Path.of("/usr/share/common-licenses", text)));
    }
    tenant.storage(store.secret());
    tenant
        .client()
        .resources(Job.class)
        .inNamespace(tenant.namespace())
        .withName("wordcount")
        .delete();
    tenant.await(
        "the job of an earlier run is gone",
        PATIENCE,
        () ->
            tenant.history().job("wordcount").isEmpty()
                || tenant.history().job("wordcount").getLast().equals("deleted"));
    apply("wordcount");

    Job job = tenant.completedJob("wordcount", PATIENCE);

    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(texts.size());
    assertThat(store.keys("counts/"))
        .containsExactlyInAnyOrderElementsOf(
            texts.stream().map(t -> "counts/" + t + ".txt").toList());
    for (String text : texts) {
      assertThat(store.text("counts/" + text + ".txt").lines().findFirst().orElseThrow().strip())
          .as(text)
          .isEqualTo(mostFrequent(text));
    }
    assertThat(store.keys("poolwright/wordcount/gpl-3/"))
        .containsExactlyInAnyOrder(
            "poolwright/wordcount/gpl-3/1/stdout.txt", "poolwright/wordcount/gpl-3/1/stderr.txt");
    assertThat(store.text("poolwright/wordcount/gpl-3/1/stdout.txt").lines()).hasSize(3);
    assertThat(tenant.history().task("wordcount-gpl-3"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
  }

  /** Counted here once more, in another language. */
  private static String mostFrequent(String text) throws IOException {
    var counts = new java.util.HashMap<String, Integer>();
    for (String word :
        Files.readString(
                Path.of("/usr/share/common-licenses", text),
                java.nio.charset.StandardCharsets.ISO_8859_1)
            .split("[^A-Za-z]+", -1)) {
      if (!word.isEmpty()) {
        counts.merge(word.toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
      }
    }
    var most = counts.entrySet().stream().max(java.util.Map.Entry.comparingByValue()).orElseThrow();
    return most.getValue() + " " + most.getKey();
  }
}
