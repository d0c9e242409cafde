package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The agent as the image starts it: a process of its own with little memory and no locale. */
class AgentProcessTest extends AgentContainer {

  @Test
  void aLargeFileGoesOutAndComesInWithinTheMemoryOfTheImage() throws Exception {
    byte[] content = new byte[80 << 20];
    new Random(7).nextBytes(content);
    Files.write(wd.resolve("large.bin"), content);
    for (int i = 0; i < 1; i++) {
      Files.write(
          wd.resolve("part" + i + ".bin"), java.util.Arrays.copyOf(content, (64 << 20) + i));
    }
    Files.writeString(dir.resolve("run/exit"), "0");
    ask(
        "POOLWRIGHT_OUTPUTS",
        "{'logs':'Never','files':[{'filePattern':'*.bin','destination':{'path':'memory'}}]}");
    process("stage-out");
    assertThat(message().path("uploadedBytes").asLong()).isEqualTo((80L << 20) + (64L << 20));
    assertThat(server.get("memory/large.bin")).isEqualTo(content);
    ask("POOLWRIGHT_RESOURCE_FILES", "[{'storageUrl':'s3:///memory/','filePath':'back'}]");
    process("stage-in");
    assertThat(wd.resolve("back/large.bin")).hasBinaryContent(content);
  }

  @Test
  void namesOutsideAsciiNeedNoLocaleOfTheImage() throws Exception {
    server.put("names/Grüße 日本.txt", "hello");
    ask("POOLWRIGHT_RESOURCE_FILES", "[{'storageUrl':'s3:///names/'}]");
    process("stage-in");
    Files.writeString(dir.resolve("run/exit"), "0");
    ask(
        "POOLWRIGHT_OUTPUTS",
        "{'files':[{'filePattern':'*.txt','destination':{'path':'names-back'}}]}");
    process("stage-out");
    assertThat(server.text("names-back/Grüße 日本.txt")).isEqualTo("hello");
  }

  private void process(String verb) throws Exception {
    List<String> line =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    line.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError"));
    line.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.poolwright.agent.Agent", verb));
    Path log = dir.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    // As agent.sh sets it.
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).withFailMessage(() -> read(log)).isZero();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (java.io.IOException unreadable) {
      return unreadable.toString();
    }
  }
}
