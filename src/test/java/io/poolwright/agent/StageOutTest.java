package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.storage.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageOutTest extends AgentContainer {
  private static int runs;
  private String prefix = "";

  @BeforeEach
  void output() throws IOException {
    prefix = "out" + runs++ + "/";
    Files.writeString(dir.resolve("task/stdout.txt"), "hello\n");
    Files.writeString(dir.resolve("task/stderr.txt"), "a warning\n");
    Files.createDirectories(wd.resolve("sub"));
    Files.writeString(wd.resolve("r.txt"), "result");
    Files.writeString(wd.resolve("sub/s.txt"), "sub");
    ended("0");
  }

  @Test
  void aSuccessfulTaskStoresItsFilesAndItsLogsAndReports() throws Exception {
    outputs("Always", "{'filePattern':'**/*.txt','destination':{'path':'" + prefix + "files'}}");
    assertThat(run("stage-out")).withFailMessage(this::said).isZero();
    assertThat(server.keys(prefix))
        .containsOnlyKeys(
            prefix + "files/r.txt",
            prefix + "files/sub/s.txt",
            prefix + "logs/stdout.txt",
            prefix + "logs/stderr.txt");
    assertThat(server.text(prefix + "logs/stdout.txt")).isEqualTo("hello\n");
    assertThat(message())
        .hasToString(
            "{\"exitCode\":0,\"killed\":false,\"startedAt\":\"2026-01-02T03:04:05.250Z\",\"endedAt\":\"2026-01-02T03:04:06.500Z\","
                + "\"uploaded\":4,\"uploadedBytes\":25,\"failure\":null}");
  }

  @ParameterizedTest
  @CsvSource({
    "0, TaskSuccess, true", "0, TaskFailure, false", "0, TaskCompletion, true",
    "3, TaskSuccess, false", "3, taskfailure, true", "3, taskcompletion, true",
    "'', TaskSuccess, false", "'', TaskFailure, true", "'', TaskCompletion, true",
  })
  void theConditionDecides(String exit, String condition, boolean stored) throws Exception {
    ended(exit);
    outputs(
        "Never",
        "{'filePattern':'r.txt','uploadCondition':'"
            + condition
            + "','destination':{'path':'"
            + prefix
            + "r'}}");
    assertThat(run("stage-out")).isZero();
    assertThat(server.keys(prefix)).hasSize(stored ? 1 : 0);
    assertThat(message().path("exitCode").isNull()).isEqualTo(exit.isEmpty());
    assertThat(message().path("killed").asBoolean()).isEqualTo(exit.isEmpty());
    assertThat(message().has("stderrTail")).isEqualTo(!exit.equals("0"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, Always, 2",
    "0, OnFailure, 0",
    "0, Never, 0",
    "1, Always, 2",
    "1, OnFailure, 2",
    "1, Never, 0",
    "'', OnFailure, 2"
  })
  void logsAreStoredAsTheJobWants(String exit, String logs, int stored) throws Exception {
    ended(exit);
    outputs(logs, "");
    assertThat(run("stage-out")).isZero();
    assertThat(server.keys(prefix)).hasSize(stored);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r.txt          | name   | name",
        "r.txt          | dir/   | dir/r.txt",
        "sub/s.txt      | /lead  | lead",
        "sub/*.txt      | d      | d/s.txt",
        "sub/*.txt      | d/     | d/s.txt",
        "../std[o]*.txt | logs   | logs/stdout.txt",
      })
  void theDestinationIsANameOrAPrefix(String pattern, String path, String key) throws Exception {
    String full = path.startsWith("/") ? "/" + prefix + path.substring(1) : prefix + path;
    outputs(
        "Never",
        "{'filePattern':'"
            + pattern
            + "','destination':{'bucket':'linked-bucket','path':'"
            + full
            + "'}}");
    assertThat(run("stage-out")).isZero();
    assertThat(server.keys(prefix)).containsOnlyKeys(prefix + key);
  }

  @Test
  void whatIsSaidOfObjectsGoesWithEachAndTheLastOfTwoCounts() throws Exception {
    outputs(
        "Always",
        "{'filePattern':'**/*.txt','destination':{'path':'"
            + prefix
            + "files','headers':[{'name':'content-type','value':'a/b'},{'name':'Content-Type','value':'text/csv'},"
            + "{'name':'Cache-Control'},{'name':'x-amz-meta-run','value':'7'}]}}");
    assertThat(run("stage-out")).withFailMessage(this::said).isZero();
    for (String key : List.of("files/r.txt", "files/sub/s.txt")) {
      assertThat(server.header(prefix + key, "Content-Type")).containsExactly("text/csv");
      assertThat(server.header(prefix + key, "x-amz-meta-run")).containsExactly("7");
    }
    assertThat(server.header(prefix + "logs/stdout.txt", "x-amz-meta-run")).isEmpty();
  }

  @Test
  void aPatternThatMatchesNothingIsNoFailureAndIsSaid() throws Exception {
    outputs("Never", "{'filePattern':'nothing-*','destination':{'path':'x'}}");
    assertThat(run("stage-out")).isZero();
    assertThat(said()).contains("no file matches nothing-*");
  }

  @Test
  void aMissingBucketFailsTheTaskButTheOtherOutputsAndTheLogsAreStored() throws Exception {
    outputs(
        "Always",
        "{'field':'spec.outputFiles[0]','filePattern':'r.txt','destination':{'bucket':'no-such-bucket','path':'x'}},"
            + "{'field':'spec.outputFiles[1]','filePattern':'sub/s.txt','destination':{'path':'"
            + prefix
            + "s'}}");
    assertThat(run("stage-out")).isEqualTo(1);
    assertThat(server.keys(prefix)).hasSize(3);
    assertThat(message().path("failure").path("code").asText())
        .isEqualTo("FileUploadContainerNotFound");
    assertThat(message().path("failure").path("field").asText()).isEqualTo("spec.outputFiles[0]");
    assertThat(message().path("failure").path("category").asText()).isEqualTo("UserError");
    assertThat(message().path("exitCode").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'filePattern':'../../x','destination':{'path':'x'}}                           | OutputFileInvalidPattern",
        "{'destination':{'path':'x'}}                                                    | OutputFileInvalidPattern",
        "{'filePattern':'r.txt','uploadCondition':'Sometimes','destination':{}}          | OutputFileInvalidCondition",
        "{'filePattern':'r.txt','destination':{'path':'a/../b'}}                         | FileUploadInvalidDestination",
      })
  void aMistakeIsNamed(String output, String code) throws Exception {
    outputs("Never", output);
    assertThat(run("stage-out")).isEqualTo(1);
    assertThat(message().path("failure").path("code").asText()).isEqualTo(code);
  }

  @Test
  void wrongCredentialsFailOutputsButNotATaskThatOnlyHasLogs() throws Exception {
    Files.writeString(dir.resolve("storage/secretKey"), "another");
    outputs("Always", "{'filePattern':'r.txt','destination':{'path':'x'}}");
    assertThat(run("stage-out")).isEqualTo(1);
    assertThat(message().path("failure").path("code").asText()).isEqualTo("FileUploadAccessDenied");
    outputs("Always", "");
    assertThat(run("stage-out")).isZero();
    assertThat(message().path("failure").isNull()).isTrue();
    assertThat(message().path("logsFailure").path("code").asText())
        .isEqualTo("FileUploadAccessDenied");
  }

  @Test
  void withoutASecretLogsAreLeftOutQuietlyAndOutputsAreMissed() throws Exception {
    removeSecret();
    outputs("Always", "");
    assertThat(run("stage-out")).isZero();
    assertThat(message().has("logsFailure")).isFalse();
    assertThat(message().path("logsStored").asBoolean(true)).isFalse();
    outputs("OnFailure", "");
    assertThat(run("stage-out")).isZero();
    assertThat(message().has("logsStored")).as("they were not wanted").isFalse();
    outputs("Always", "{'filePattern':'r.txt','destination':{'path':'x'}}");
    assertThat(run("stage-out")).isEqualTo(1);
    assertThat(message().path("failure").path("code").asText()).isEqualTo("StorageSecretNotFound");
  }

  @Test
  void theTailOfStderrIsShortAndBeginsWithAWholeCharacter() throws Exception {
    Files.writeString(
        dir.resolve("task/stderr.txt"), "ü".repeat(5000) + "\nlast words", StandardCharsets.UTF_8);
    ended("1");
    outputs("Never", "");
    assertThat(run("stage-out")).isZero();
    String tail = message().path("stderrTail").asText();
    assertThat(tail).endsWith("last words").doesNotContain("\uFFFD");
    assertThat(tail.getBytes(StandardCharsets.UTF_8).length).isBetween(1000, 1024);
  }

  @Test
  void aLogReplacedByALinkToTheCredentialIsNeverReadOrStored() throws Exception {
    Path stderr = dir.resolve("task/stderr.txt");
    Files.delete(stderr);
    Files.createSymbolicLink(stderr, dir.resolve("storage/secretKey"));
    Files.delete(dir.resolve("run/exit"));
    Files.createSymbolicLink(dir.resolve("run/exit"), dir.resolve("storage/secretKey"));
    outputs("Always", "{'filePattern':'../*','destination':{'path':'" + prefix + "all'}}");
    assertThat(run("stage-out")).isZero();
    assertThat(server.keys(prefix))
        .containsOnlyKeys(prefix + "all/stdout.txt", prefix + "logs/stdout.txt");
    assertThat(message().path("killed").asBoolean()).isTrue();
    assertThat(message().path("stderrTail").asText()).isEmpty();
  }

  @Test
  void aThousandSmallFilesAreStored() throws Exception {
    for (int i = 0; i < 1000; i++) {
      Files.writeString(wd.resolve("f%04d.dat".formatted(i)), "x");
    }
    outputs("Never", "{'filePattern':'*.dat','destination':{'path':'" + prefix + "'}}");
    assertThat(run("stage-out")).isZero();
    assertThat(server.keys(prefix)).hasSize(1000);
    assertThat(message().path("uploaded").asInt()).isEqualTo(1000);
  }

  @Test
  void whatThePrivateDirectoryHasIsMissedAndTheRestIsStored() throws Exception {
    outputs("Never", "{'filePattern':'**/*.txt','destination':{'path':'" + prefix + "'}}");
    Surroundings surroundings = new Surroundings(Map.copyOf(environment), System.err, Pause.REAL);
    try (Storage storage = new Storage(surroundings)) {
      FileSelection.Access access =
          new FilePatternTest.Private(wd.toRealPath().resolve("sub"), false);
      assertThat(new StageOut(surroundings, storage, access).run()).isEqualTo(1);
    }
    assertThat(server.keys(prefix)).containsOnlyKeys(prefix + "r.txt");
    assertThat(message().at("/failure/code").asText()).isEqualTo("FileUploadMiscError");
    assertThat(message().at("/failure/message").asText()).startsWith("wd/sub cannot be read");
    assertThat(message().at("/uploaded").asInt()).isEqualTo(1);
  }

  @Test
  void aPatternMayNameVariablesOfTheTasksOwnAndNoneOfTheUploaders() throws Exception {
    environment.put("SECRET_OF_OURS", "r");
    outputs(
        "Never",
        "{'filePattern':'$WHAT.txt','variables':{'WHAT':'r'},'destination':{'path':'"
            + prefix
            + "own'}},{'filePattern':'$SECRET_OF_OURS.txt','destination':{'path':'"
            + prefix
            + "ours'}}");
    assertThat(run("stage-out")).withFailMessage(this::said).isZero();
    assertThat(server.keys(prefix)).containsOnlyKeys(prefix + "own");
  }

  /** As the operator asks for it. */
  @Test
  void outputsByKindAreWhereTheFileConventionsLookForThem() throws Exception {
    String job = "job-night" + prefix;
    outputs(
        "Never",
        "{'filePattern':'**/*.txt','destination':{'path':'%1$st1/$TaskOutput/'}},{'filePattern':'../std*.txt','destination':{'path':'%1$st1/$TaskLog/'}},{'filePattern':'r.txt','destination':{'path':'%1$s$JobOutput/'}}"
            .formatted(job));
    assertThat(run("stage-out")).withFailMessage(this::said).isZero();
    assertThat(server.keys(job))
        .containsOnlyKeys(
            job + "t1/$TaskOutput/r.txt",
            job + "t1/$TaskOutput/sub/s.txt",
            job + "t1/$TaskLog/stdout.txt",
            job + "t1/$TaskLog/stderr.txt",
            job + "$JobOutput/r.txt");
  }

  private void ended(String exit) throws IOException {
    Path file = dir.resolve("run/exit");
    Files.deleteIfExists(file);
    if (!exit.isEmpty()) {
      Files.writeString(file, exit + "\n");
    }
    Files.writeString(
        dir.resolve("run/times"),
        exit.isEmpty() ? "1767323045.250\n" : "1767323045.250 1767323046.500\n");
  }

  private void outputs(String logs, String files) {
    ask(
        "POOLWRIGHT_OUTPUTS",
        "{'logs':'" + logs + "','logsPrefix':'" + prefix + "logs/','files':[" + files + "]}");
  }
}
