package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.EnvironmentSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunOptionsTest {

  @Test
  void withoutALineNothingIsSaid() {
    RunOptions none =
        new RunOptions(null, null, null, List.of(), List.of(), List.of(), false, null);
    assertThat(RunOptions.parse(null)).isEqualTo(none);
    assertThat(RunOptions.parse("  ")).isEqualTo(none);
    assertThat(RunOptions.parse("--rm --rm=false --read-only=false")).isEqualTo(none);
  }

  @Test
  void dockersShortAndJoinedFormsAreTheSame() {
    RunOptions long_ = RunOptions.parse("--user 7 --workdir /a --env A=b=c --read-only");
    assertThat(RunOptions.parse("-u 7 -w /a -e A=b=c --read-only=true")).isEqualTo(long_);
    assertThat(RunOptions.parse("-u7 -w/a -eA=b=c --read-only")).isEqualTo(long_);
    assertThat(RunOptions.parse("-u=7 -w=/a -e=A=b=c --read-only")).isEqualTo(long_);
    assertThat(RunOptions.parse("--user=7 --workdir=/a --env=A=b=c --read-only")).isEqualTo(long_);
  }

  @ParameterizedTest
  @CsvSource({
    "1g, 1Gi",
    "512M, 512Mi",
    "64mb, 64Mi",
    "1024k, 1Mi",
    "67108864, 64Mi",
    "67108864b, 64Mi",
    "007g, 7Gi"
  })
  void sizesAreDockers(String written, String size) {
    Quantity shm = RunOptions.parse("--shm-size " + written).sharedMemory();
    assertThat(shm).isNotNull();
    assertThat(shm.getNumericalAmount())
        .isEqualByComparingTo(new Quantity(size).getNumericalAmount());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "--privileged          | --privileged: name the capabilities that the command needs with --cap-add",
        "--privileged=true     | --privileged: name the",
        "-v /data:/data        | -v: volumes are mountConfiguration of the pool",
        "--mount type=bind     | --mount: volumes are mountConfiguration",
        "--gpus all            | --gpus: resources of a task names its devices",
        "--ipc=host            | --ipc: a pod shares nothing of its machine; leave it out",
        "--network host        | --network: a pod has the cluster's network",
        "-m 4g                 | -m: a task has its slots' share of node.size",
        "--entrypoint sh       | --entrypoint: command or commandLine",
        "--cidfile x           | --cidfile: a pod has no such option; leave it out. There are --cap-add,",
        "--userx 1             | --userx: a pod has no such option",
        "-it                   | -i: a pod has no such option",
        "-                     | -: a pod has no such option",
        "--                    | --: a pod has no such option",
        "--rm ubuntu           | ubuntu: is no option; the image is imageName",
        "--user                | --user: its value is missing",
        "--user me             | --user: me is no number",
        "--user 1:staff        | --user: 1:staff is no number",
        "--user -1             | --user: -1 is no number",
        "--user=               | --user:  is no number",
        "-w srv                | --workdir: srv does not begin with '/'",
        "-e HOME               | --env: HOME is not NAME=VALUE",
        "-e 1A=b               | --env: 1A=b is not NAME=VALUE",
        "--shm-size 0          | --shm-size: 0 is no size",
        "--shm-size 1.5g       | --shm-size: 1.5g is no size",
        "--shm-size 9999999999999 | --shm-size: 9999999999999 is no size",
        "--cap-add net-admin   | --cap-add: net-admin is no capability",
        "--read-only=yes       | --read-only: yes is no yes or no",
        "--env 'A=b            | the quote ' at character 7 is not closed",
      })
  void whatAPodDoesNotHaveIsRefusedWithWhatToDo(String line, String message) {
    assertThatThrownBy(() -> RunOptions.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--user", "--workdir", "--env", "--cap-add", "--cap-drop", "--shm-size"})
  void aValueIsNeverTakenFromTheNextOption(String name) {
    assertThatThrownBy(() -> RunOptions.parse(name + " --read-only"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + ": ");
  }

  /** Whatever the words, however they are joined and quoted. */
  @Test
  void anyLineThatIsMadeOfThemIsReadBack() {
    Random random = new Random(4);
    String odd = "ab '\"\\$=-\n\té";
    for (int i = 0; i < 2000; i++) {
      List<EnvironmentSetting> environment = new ArrayList<>();
      List<String> added = new ArrayList<>();
      List<String> dropped = new ArrayList<>();
      Long user = null;
      Long group = null;
      String directory = null;
      boolean readOnly = false;
      StringBuilder line = new StringBuilder();
      for (int n = random.nextInt(6); n > 0; n--) {
        switch (random.nextInt(6)) {
          case 0 -> {
            EnvironmentSetting one = new EnvironmentSetting("V" + n, text(random, odd));
            environment.add(one);
            option(line, random, "--env", "-e", one.name() + "=" + one.value());
          }
          case 1 -> {
            added.add("CAP" + n);
            option(
                line, random, "--cap-add", null, random.nextBoolean() ? "CAP" + n : "cap_cap" + n);
          }
          case 2 -> {
            dropped.add("DROP" + n);
            option(line, random, "--cap-drop", null, "DROP" + n);
          }
          case 3 -> {
            user = (long) random.nextInt(70_000);
            group = random.nextBoolean() ? (long) random.nextInt(70_000) : null;
            option(line, random, "--user", "-u", group == null ? "" + user : user + ":" + group);
          }
          case 4 -> {
            directory = "/" + text(random, odd);
            option(line, random, "--workdir", "-w", directory);
          }
          default -> {
            readOnly = true;
            line.append("--read-only ");
          }
        }
      }
      assertThat(RunOptions.parse(line.toString()))
          .as(line.toString())
          .isEqualTo(
              new RunOptions(user, group, directory, environment, added, dropped, readOnly, null));
    }
  }

  private static String text(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int c = random.nextInt(6); c > 0; c--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static void option(
      StringBuilder line,
      Random random,
      String name,
      @org.jspecify.annotations.Nullable String letter,
      String value) {
    String quoted = "'" + value.replace("'", "'\\''") + "'";
    String written =
        switch (random.nextInt(letter == null ? 2 : 5)) {
          case 0 -> name + " " + quoted;
          case 1 -> name + "=" + quoted;
          case 2 -> letter + " " + quoted;
          case 3 -> letter + "=" + quoted;
          default -> letter + quoted;
        };
    line.append(written).append(random.nextBoolean() ? " " : "\n");
  }
}
