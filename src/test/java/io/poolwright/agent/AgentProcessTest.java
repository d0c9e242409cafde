package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

  @Test
  void aMillionEntriesAreRefusedWithinTheMemoryOfTheImage() throws Exception {
    Path archive = dir.resolve("million.zip");
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(archive)))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (int i = 0; i < 1_000_000; i++) {
        ZipEntry entry = new ZipEntry("directory/of/many/entry-" + i);
        entry.setSize(0);
        entry.setCrc(0);
        zip.putNextEntry(entry);
      }
    }
    server.put("million.zip", Files.readAllBytes(archive));
    ask(
        "POOLWRIGHT_PACKAGE",
        "{'field':'f','id':'a','version':'1','storageUrl':'s3:///million.zip','format':'zip'}");
    assertThat(ended(start("check-package"))).isEqualTo(1);
    assertThat(message().path("message").asText()).contains("more than 200000", "entry-200000");
  }

  @Test
  void asManyEntriesAsAreAllowedFitTheMemoryOfTheImage() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 200_000; i++) {
        zip.putNextEntry(new ZipEntry("directory" + i % 100 + "/of/many/entry-" + i));
      }
    }
    server.put("many.zip", bytes.toByteArray());
    ask(
        "POOLWRIGHT_PACKAGE",
        "{'field':'f','id':'a','version':'1','storageUrl':'s3:///many.zip','format':'zip'}");
    process("check-package");
    assertThat(message().path("entries").asLong()).isEqualTo(200_000);
  }

  /** Two tasks on one node, and one whose predecessor died in the middle. */
  @Test
  void whoComesAtTheSameMomentWaitsForThePackageAndUnpacksItOnce() throws Exception {
    byte[] content = new byte[24 << 20];
    new Random(5).nextBytes(content);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("large"));
      zip.write(content);
    }
    server.put("shared.zip", bytes.toByteArray());
    Path directory = dir.resolve("applications/app/1-0123");
    ask(
        "POOLWRIGHT_PACKAGES",
        "[{'field':'f','id':'app','version':'1','storageUrl':'s3:///shared.zip','format':'zip','directory':'"
            + directory
            + "'}]");
    Process killed = start("stage-in");
    await().until(() -> Files.exists(dir.resolve("applications/app/.lock-1-0123")));
    killed.destroyForcibly().waitFor();
    assertThat(directory).doesNotExist();

    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(start("stage-in"));
    }
    for (Process each : all) {
      assertThat(ended(each)).isZero();
    }
    assertThat(directory.resolve("large")).hasBinaryContent(content);
    assertThat(logs().filter(l -> l.contains("unpacked to"))).hasSize(1);
    try (Stream<Path> left = Files.list(directory.getParent())) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("1-0123", ".lock-1-0123");
    }
  }

  private int ended(Process process) throws InterruptedException {
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private Stream<String> logs() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> all = Files.list(dir)) {
      for (Path log : all.filter(f -> f.getFileName().toString().startsWith("log-")).toList()) {
        lines.addAll(Files.readAllLines(log));
      }
    }
    return lines.stream();
  }

  private void process(String verb) throws Exception {
    assertThat(ended(start(verb)))
        .withFailMessage(() -> {
          try {
            return logs().toList().toString();
          } catch (IOException unreadable) {
            return unreadable.toString();
          }
        })
        .isZero();
  }

  private Process start(String verb) throws IOException {
    List<String> line =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    line.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx" + (verb.equals("stage-out") ? "96m" : "160m"),
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError"));
    line.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.poolwright.agent.Agent", verb));
    Path log = Files.createTempFile(dir, "log-", "");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    // As agent.sh sets it.
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }
}
