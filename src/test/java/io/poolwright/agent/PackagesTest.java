package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class PackagesTest extends AgentContainer {

  @Test
  void aPackageAppearsWholeUnderItsName() throws Exception {
    byte[] archive = zip("bin/tool", "tool");
    server.put("app-1.zip", archive);
    String digest =
        HexFormat.of()
            .withUpperCase()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    ask(
        "POOLWRIGHT_PACKAGES",
        "[" + request("'storageUrl':'s3:///app-1.zip','digest':'" + digest + "'") + "]");
    assertThat(run("packages")).withFailMessage(this::said).isZero();
    assertThat(directory().resolve("bin/tool")).hasContent("tool").isExecutable();
    onlyThePackageIsThere();
    server.put("app-1.zip", "no longer an archive");
    assertThat(run("packages")).isZero();
    assertThat(said()).contains("app 1.0 is there already");
  }

  @Test
  void aPackageFromTheWebNeedsNoSecret() throws Exception {
    server.put("web.zip", zip("f", "f"));
    String url = server.presigned("web.zip");
    removeSecret();
    ask("POOLWRIGHT_PACKAGES", "[" + request("'httpUrl':'" + url + "'") + "]");
    assertThat(run("stage-in")).withFailMessage(this::said).isZero();
    assertThat(directory().resolve("f")).hasContent("f");
  }

  @Test
  void aWrongDigestAWrongArchiveAndAMissingOneLeaveNothing() throws Exception {
    server.put("bad.zip", zip("../evil", "x"));
    refused("'storageUrl':'s3:///bad.zip'", "ApplicationPackageError", "../evil");
    refused(
        "'storageUrl':'s3:///bad.zip','digest':'00'",
        "ApplicationPackageError",
        "Package app 1.0: the object has changed since it was checked");
    refused("'storageUrl':'s3:///absent.zip'", "ApplicationPackageError", "absent.zip");
    refused(
        "'storageUrl':'s3:///bad.zip','format':'rar'", "ApplicationPackageError", "none of zip");
    assertThat(dir.resolve("evil")).doesNotExist();
  }

  @Test
  void whatAnInterruptedRunLeftIsSweptAway() throws Exception {
    Path left =
        Files.createDirectories(directory().resolveSibling(".poolwright-1.0-123.unpacked/deep"));
    Files.writeString(left.resolve("f"), "half");
    server.put("app.zip", zip("f", "whole"));
    ask("POOLWRIGHT_PACKAGES", "[" + request("'storageUrl':'s3:///app.zip'") + "]");
    assertThat(run("packages")).isZero();
    onlyThePackageIsThere();
  }

  private void refused(String source, String code, String part) throws IOException {
    ask("POOLWRIGHT_PACKAGES", "[" + request(source) + "]");
    assertThat(run("packages")).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo(code);
    assertThat(message().path("message").asText()).contains(part);
    assertThat(message().path("field").asText()).isEqualTo("spec.applicationPackageReferences[0]");
    assertThat(visible()).isEmpty();
  }

  private void onlyThePackageIsThere() throws IOException {
    assertThat(visible()).containsExactly(directory());
  }

  /** All but the lock, which has to outlive who holds it. */
  private List<Path> visible() throws IOException {
    try (var files = Files.list(directory().getParent())) {
      return files.filter(f -> !f.getFileName().toString().startsWith(".lock-")).toList();
    }
  }

  @Test
  void aMissingSecretIsCalledThat() throws Exception {
    removeSecret();
    ask("POOLWRIGHT_PACKAGES", "[" + request("'storageUrl':'s3:///app.zip'") + "]");
    assertThat(run("packages")).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo("StorageSecretNotFound");
  }

  private String request(String source) {
    String format = source.contains("'format'") ? "" : ",'format':'zip'";
    return "{'field':'spec.applicationPackageReferences[0]','id':'app','version':'1.0',"
        + source
        + format
        + ",'directory':'"
        + directory()
        + "'}";
  }

  private Path directory() {
    return dir.resolve("applications/app/1.0");
  }

  static byte[] zip(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
