package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.storage.StorageFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What is said of a package before anybody uses it. */
class PackageCheckTest extends AgentContainer {

  @Test
  void aPackageIsReportedWithItsSizeDigestAndContent() throws Exception {
    byte[] archive = PackagesTest.zip("bin/tool", "tool");
    server.put("app.zip", archive);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    check("'storageUrl':'s3:///app.zip','format':'zip'");
    assertThat(run("check-package")).withFailMessage(this::said).isZero();
    found(archive.length, digest);

    check(
        "'storageUrl':'s3:///app.zip','format':'zip','sha256':'"
            + digest.toUpperCase(java.util.Locale.ROOT)
            + "'");
    assertThat(run("check-package")).withFailMessage(this::said).isZero();
    found(archive.length, digest);

    check("'httpUrl':'" + server.presigned("app.zip") + "','format':'zip'");
    removeSecret();
    assertThat(run("check-package")).withFailMessage(this::said).isZero();
    found(archive.length, digest);
  }

  private void found(long size, String digest) throws IOException {
    assertThat(message().path("sizeBytes").asLong()).isEqualTo(size);
    assertThat(message().path("digest").asText()).isEqualTo(digest);
    assertThat(message().path("entries").asLong()).isEqualTo(1);
    assertThat(message().path("unpackedBytes").asLong()).isEqualTo(4);
    assertThat(dir.resolve("run")).isEmptyDirectory();
  }

  @Test
  void whatIsNotThereAndWhatIsWrongAreToldApart() throws Exception {
    refused("'storageUrl':'s3:///absent.zip','format':'zip'", "BlobNotFound", "absent.zip");
    server.put("evil.zip", PackagesTest.zip("../evil", "x"));
    refused(
        "'storageUrl':'s3:///evil.zip','format':'zip'",
        "ApplicationPackageError",
        "\"../evil\" leads out of the package");
    refused(
        "'storageUrl':'s3:///evil.zip','format':'zip','sha256':'" + "0a".repeat(32) + "'",
        "ApplicationPackageError",
        "but sha256 says 0a0a");
    refused(
        "'storageUrl':'s3:///evil.zip','format':'tar.gz'",
        "ApplicationPackageError",
        "cannot be read as tar.gz");
    assertThat(dir.resolve("evil")).doesNotExist();
    removeSecret();
    refused("'storageUrl':'s3:///a.zip','format':'zip'", "StorageSecretNotFound", "Secret");
  }

  @Test
  void anImageIsCountedWhereItIsMounted() throws Exception {
    Path mounted = Files.createDirectories(dir.resolve("mounted/bin"));
    Files.writeString(mounted.resolve("tool"), "tool");
    Files.createSymbolicLink(mounted.resolve("link"), Path.of("tool"));
    check("'format':'image','mounted':'" + dir.resolve("mounted") + "'");
    assertThat(run("check-package")).withFailMessage(this::said).isZero();
    assertThat(message().path("entries").asLong()).isEqualTo(2);
    assertThat(message().path("unpackedBytes").asLong()).isEqualTo(4);
    assertThat(message().has("digest")).isFalse();

    Path empty = Files.createDirectories(dir.resolve("empty"));
    refused("'format':'image','mounted':'" + empty + "'", "ApplicationPackageError", "no files");
  }

  @Test
  void aFullDiskIsNotThatOfANode() {
    StorageFailure full =
        StorageFailure.local(
            new FileSystemException("a", null, "No space left on device"), Path.of("/run/a"));

    AgentFailure said = PackageCheck.ofStorage(full, "spec.versions[0]");

    assertThat(said.code()).isEqualTo("DiskFull");
    assertThat(said.sentence()).contains("ephemeral storage").doesNotContain("node.directory");
  }

  private void refused(String source, String code, String part) throws IOException {
    check(source);
    assertThat(run("check-package")).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo(code);
    assertThat(message().path("message").asText()).contains(part);
    assertThat(message().path("field").asText()).isEqualTo("spec.versions[0]");
    assertThat(dir.resolve("run")).isEmptyDirectory();
  }

  private void check(String source) {
    ask(
        "POOLWRIGHT_PACKAGE",
        "{'field':'spec.versions[0]','id':'app','version':'1.0'," + source + "}");
  }
}
