package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nodes of a multi-instance task, as processes of one machine: gang.sh below runner.sh. */
class GangScriptTest {
  private static final Optional<Path> BUSYBOX =
      Stream.of("/bin/busybox", "/usr/bin/busybox")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();

  @TempDir Path dir;

  private final List<Process> started = new ArrayList<>();
  private final Map<String, String> limits = new HashMap<>();

  @BeforeEach
  void tools() {
    assumeTrue(BUSYBOX.isPresent(), "needs busybox-static");
  }

  @AfterEach
  void end() {
    started.forEach(p -> p.descendants().forEach(ProcessHandle::destroyForcibly));
    started.forEach(Process::destroyForcibly);
  }

  private Path of(int member, String file) {
    return dir.resolve(Integer.toString(member)).resolve(file);
  }

  private Process member(int id, int of, String coordination, String command) throws IOException {
    return start(id, of, "4", "sh", "-ec", coordination, "the first", "sh", "-ec", command);
  }

  private Process start(int id, int of, String... words) throws IOException {
    Path run = Files.createDirectories(of(id, "run"));
    Files.createDirectories(of(id, "task/wd"));
    Files.copy(BUSYBOX.orElseThrow(), run.resolve("busybox"));
    for (String script : List.of("runner.sh", "report.sh", "program.sh", "gang.sh")) {
      Files.copy(Path.of("src/main/image", script), run.resolve(script));
    }
    String busybox = run.resolve("busybox").toString();
    List<String> command =
        new ArrayList<>(List.of(busybox, "sh", run.resolve("runner.sh").toString()));
    command.addAll(List.of(busybox, "sh", run.resolve("gang.sh").toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(n -> n.startsWith("POOLWRIGHT_"));
    environment.put("AZ_BATCH_TASK_DIR", of(id, "task").toString());
    environment.put("AZ_BATCH_TASK_WORKING_DIR", of(id, "task/wd").toString());
    environment.put("POOLWRIGHT_TERMINATION_LOG", of(id, "log").toString());
    environment.put("POOLWRIGHT_GANG", id + " " + of + " 1 2");
    environment.put("POOLWRIGHT_GANG_PRIMARY", "127.0.0.1");
    environment.put("POOLWRIGHT_GANG_ADDRESS", "127.0.0." + (id + 1));
    environment.put("a.name", "kept");
    environment.putAll(limits);
    builder.redirectOutput(of(id, "out").toFile()).redirectError(of(id, "err").toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static int code(Process process) {
    await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
    return process.exitValue();
  }

  private String said(int member) throws IOException {
    Path file = of(member, "task/stdout.txt");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void theCommandRunsOnceAllHaveCoordinatedAndOnThePrimaryOnly() throws Exception {
    Path go = dir.resolve("go");
    String coordinates =
        "echo \"$0: $AZ_BATCH_NODE_LIST\"; until [ -e " + go + " ]; do sleep 0.1; done";
    Process third = member(2, 3, coordinates, "echo command");
    Process primary =
        member(0, 3, "true", "echo \"command $CCP_NODES $AZ_BATCH_MASTER_NODE\"; exit 7");
    Process second = member(1, 3, "true", "echo command");
    String list = "the first: 127.0.0.1;127.0.0.2;127.0.0.3\n";
    await().atMost(Duration.ofSeconds(30)).until(() -> said(2).equals(list));
    await().until(() -> Files.exists(of(0, "run/coordinated")));
    await().until(() -> Files.exists(of(1, "run/coordinated")));
    assertThat(of(2, "run/coordinated")).doesNotExist();
    assertThat(said(0)).isEmpty();

    Files.createFile(go);

    assertThat(code(primary)).isEqualTo(7);
    assertThat(said(0)).isEqualTo("command 3 127.0.0.1 2 127.0.0.2 2 127.0.0.3 2 127.0.0.1:6000\n");
    assertThat(second.isAlive()).as("until it is stopped").isTrue();
    second.destroy();
    third.destroy();
    assertThat(code(second)).isEqualTo(143);
    assertThat(code(third)).isEqualTo(143);
    assertThat(said(1)).isEmpty();
  }

  @Test
  void aCoordinationCommandThatFailsEndsItsMember() throws Exception {
    assertThat(code(member(0, 1, "exit 5", "echo command"))).isEqualTo(5);
    assertThat(said(0)).isEmpty();
    assertThat(Files.readString(of(0, "task/stderr.txt")))
        .isEqualTo("poolwright: the coordination command ended with code 5\n");
  }

  /** As a command that is told to stop: what it does about that, it gets done. */
  @Test
  void aCoordinationCommandThatIsToldToStopEndsByItself() throws Exception {
    Path told = dir.resolve("told");
    Path go = dir.resolve("go");
    String ends =
        "touch %s; until [ -e %s ]; do sleep 0.1; done; echo put away; exit 3".formatted(told, go);
    String coordinates = "trap '%s' TERM; echo up; while :; do sleep 0.1; done".formatted(ends);
    Process primary = member(0, 1, coordinates, "echo command");
    await().atMost(Duration.ofSeconds(30)).until(() -> said(0).equals("up\n"));

    primary.destroy();

    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(told));
    assertThat(primary.isAlive()).isTrue();
    Files.createFile(go);
    assertThat(code(primary)).isEqualTo(143);
    assertThat(said(0)).isEqualTo("up\nput away\n");
    assertThat(Files.readString(of(0, "log"))).isEqualTo("{\"exitCode\":3}");
  }

  @Test
  void nothingBeginsOnceACoordinationCommandWasToldToStop() throws Exception {
    String coordinates = "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done";
    Process primary = member(0, 1, coordinates, "echo command");
    await().atMost(Duration.ofSeconds(30)).until(() -> said(0).equals("up\n"));

    primary.destroy();

    assertThat(code(primary)).isEqualTo(143);
    assertThat(said(0)).isEqualTo("up\n");
    assertThat(of(0, "run/coordinated")).doesNotExist();
  }

  @Test
  void theTimeOfTheTaskEndsACoordinationCommandAndNothingBegins() throws Exception {
    limits.put("POOLWRIGHT_MAX_WALL_CLOCK_SECONDS", "1");
    String coordinates = "trap 'echo put away; exit 0' TERM; while :; do sleep 0.1; done";

    assertThat(code(member(0, 1, coordinates, "echo command"))).isEqualTo(124);

    assertThat(said(0)).isEqualTo("put away\n");
    assertThat(Files.readString(of(0, "log"))).contains("MaxWallClockTimeExpiry");
  }

  /** A connection may end before all that was said has come. */
  @Test
  void aListThatIsCutShortIsAskedForAgain() throws Exception {
    String all = "127.0.0.1\n127.0.0.2\n127.0.0.3\n";
    try (ServerSocket primary = new ServerSocket(26000)) {
      Process second = member(1, 3, "echo $AZ_BATCH_HOST_LIST", "echo command");
      for (String answer :
          List.of("127.0.0.1\n127.0.0.2\n", "127.0.0.1\n127.0.0.2\n127.0.0", all, all + "end\n")) {
        answer(primary, "here 1 1 127.0.0.2", answer);
      }
      answer(primary, "done 1 1 127.0.0.2", "noted\n");

      String list = "127.0.0.1,127.0.0.2,127.0.0.3\n";
      await().atMost(Duration.ofSeconds(30)).until(() -> said(1).equals(list));
      second.destroy();
      assertThat(code(second)).isEqualTo(143);
    }
  }

  private static void answer(ServerSocket primary, String question, String answer)
      throws IOException {
    primary.setSoTimeout(30_000);
    try (Socket asked = primary.accept();
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(asked.getInputStream(), StandardCharsets.US_ASCII))) {
      assertThat(reader.readLine()).isEqualTo(question);
      asked.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void commandsSeeTheUsersVariablesAndNoneOfOurs() throws Exception {
    String all = "tr '\\0' '\\n' </proc/$$/environ | grep -E '^(a.name|POOLWRIGHT_)' || true";

    assertThat(code(member(0, 1, all, all))).isZero();

    assertThat(said(0)).isEqualTo("a.name=kept\na.name=kept\n");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() throws Exception {
    assertThat(code(start(0, 1, "1", "nosuch", "true"))).isEqualTo(127);

    assertThat(Files.readString(of(0, "log")))
        .contains("CommandProgramNotFound", "\\\"nosuch\\\" was not found");
  }
}
