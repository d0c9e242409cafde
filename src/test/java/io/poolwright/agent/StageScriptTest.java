package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The container that stages beside the command, and the hook that the kubelet waits for. */
class StageScriptTest extends ScriptContainer {

  @Test
  void theCommandCanBeStartedWhenTheHookReturns() throws Exception {
    Process hook = staged();
    await().until(() -> hook.descendants().findAny().isPresent());
    assertThat(hook.isAlive()).as("nothing is staged yet").isTrue();

    Process stage = stage();
    assertThat(finish(hook)).isEqualTo(new Ended(0, "", ""));

    assertThat(task().resolve("wd")).isEmptyDirectory();
    assertThat(stage.isAlive()).isTrue();
    assertThat(runStaged("sh", "-c", "exit 3").code()).isEqualTo(3);
    assertThat(finish(stage)).isEqualTo(new Ended(0, "agent stage-out exit=3\n", ""));
  }

  @Test
  void whereNothingIsStoredItStaysUntilTheCommandHasEnded() throws Exception {
    environment.remove("POOLWRIGHT_OUTPUTS");
    Process stage = stage();
    assertThat(finish(staged()).code()).isZero();
    Process runner =
        start(
            dir.resolve("run/busybox"),
            dir.resolve("run/runner.sh"),
            "sh",
            "-c",
            "while [ ! -e go ]; do sleep 0.05; done");
    await().until(() -> Files.exists(dir.resolve("run/started")));
    assertThat(stage.isAlive()).isTrue();

    Files.createFile(task().resolve("wd/go"));

    assertThat(finish(runner).code()).isZero();
    assertThat(finish(stage)).isEqualTo(new Ended(0, "", ""));
  }

  /** Without the program that reads the runner the command's container cannot start. */
  @Test
  void whereStagingFailsNothingCanBeStarted() throws Exception {
    Files.writeString(dir.resolve("batch/workitems/job"), "in the way");

    Ended ended = finish(stage());

    assertThat(ended.code()).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo("ResourceDirectoryCreateFailed");
    assertThat(dir.resolve("run/busybox")).doesNotExist();
    assertThat(dir.resolve("run/staged")).doesNotExist();
  }

  /** The kubelet starts the command's container also where the hook could not be run. */
  @Test
  void withoutTheHookNothingCanBeStarted() throws Exception {
    Process stage = stage();
    await().until(() -> Files.exists(dir.resolve("run/staged")));

    assertThat(dir.resolve("run/busybox")).doesNotExist();
    stage.destroy();

    assertThat(finish(stage).code()).isEqualTo(143);
    assertThat(dir.resolve("run/over")).exists();
  }

  @Test
  void whereItIsToldToEndBeforeTheCommandHasBegunTheCommandDoesNot() throws Exception {
    Process stage = stage();
    assertThat(finish(staged()).code()).isZero();

    stage.destroy();

    assertThat(finish(stage).code()).isEqualTo(143);
    assertThat(runStaged("touch", "begun").code()).isEqualTo(143);
    assertThat(message().path("code").asText()).isEqualTo("Disrupted");
    assertThat(task().resolve("wd")).isEmptyDirectory();
  }

  @Test
  void whereTheCommandHasBegunItStoresWhateverItIsTold() throws Exception {
    Process stage = stage();
    assertThat(finish(staged()).code()).isZero();
    Process runner =
        start(
            dir.resolve("run/busybox"),
            dir.resolve("run/runner.sh"),
            "sh",
            "-c",
            "while [ ! -e go ]; do sleep 0.05; done; exit 5");
    await().until(() -> Files.exists(dir.resolve("run/started")));
    stage.destroy();
    Files.createFile(task().resolve("wd/go"));

    assertThat(finish(runner).code()).isEqualTo(5);
    assertThat(finish(stage)).isEqualTo(new Ended(0, "agent stage-out exit=5\n", ""));
  }

  /** As of a directory that takes longer to remove than the kubelet should wait. */
  @Test
  void whatEarlierAttemptsLeftIsRemovedWhileTheCommandRuns() throws Exception {
    assertThat(stageIn().code()).isZero();
    Files.writeString(task().resolve("wd/left"), "x");
    Path real = Files.createDirectories(dir.resolve("real")).resolve("busybox");
    Files.copy(BUSYBOX.orElseThrow(), real);
    program(
        dir.resolve("image/busybox"),
        "#!%s sh\nif [ \"$1\" = timeout ]; then exit 143; fi\nexec %s \"$@\"\n"
            .formatted(real, real));

    Process stage = stage();
    assertThat(finish(staged()).code()).isZero();

    assertThat(task().resolve("wd")).isEmptyDirectory();
    Path trash = task().resolveSibling(".trash");
    await().until(() -> !Files.exists(trash) || isEmpty(trash));
    assertThat(stage.isAlive()).isTrue();
    stage.destroy();
    assertThat(finish(stage).code()).isEqualTo(143);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.findAny().isEmpty();
    }
  }
}
