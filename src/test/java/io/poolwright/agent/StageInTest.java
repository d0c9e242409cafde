package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.storage.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StageInTest extends AgentContainer {

  @Test
  void oneObjectGetsTheNameAndTheModeItIsGiven() throws Exception {
    server.put("in/data.csv", "1,2");
    stage(
        "{'storageUrl':'s3://linked-bucket/in/data.csv','filePath':'x/y/data','fileMode':'0640'}");
    assertThat(wd.resolve("x/y/data")).hasContent("1,2");
    assertThat(Files.getPosixFilePermissions(wd.resolve("x/y/data")))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  @Test
  void withoutAPathItKeepsItsLastNameAndAzuresMode() throws Exception {
    server.put("in/named.bin", "n");
    stage("{'storageUrl':'s3:///in/named.bin'}");
    assertThat(wd.resolve("named.bin")).hasContent("n");
    assertThat(Files.getPosixFilePermissions(wd.resolve("named.bin")))
        .isEqualTo(PosixFilePermissions.fromString("rwxrwx---"));
  }

  @Test
  void aDirectoryOfABucketKeepsItsStructureBelowIt() throws Exception {
    server.put("tree/a.txt", "a");
    server.put("tree/b/c.txt", "c");
    server.put("tree/b/empty/", "");
    server.put("tree-other/no.txt", "no");
    stage("{'storageUrl':'s3://linked-bucket/tree/','filePath':'got'}");
    assertThat(wd.resolve("got/a.txt")).hasContent("a");
    assertThat(wd.resolve("got/b/c.txt")).hasContent("c");
    assertThat(wd.resolve("got/b/empty")).isEmptyDirectory();
    assertThat(wd.resolve("got/no.txt")).doesNotExist();
  }

  @Test
  void aPrefixOfALinkedBucketIsKeptWholeAsInAzure() throws Exception {
    server.put("prefix/2024-01.csv", "jan");
    server.put("prefix/2024/02.csv", "feb");
    server.put("prefix/2023.csv", "no");
    stage(
        "{'autoStorageContainerName':'linked-bucket','blobPrefix':'prefix/2024','filePath':'data'}");
    assertThat(wd.resolve("data/prefix/2024-01.csv")).hasContent("jan");
    assertThat(wd.resolve("data/prefix/2024/02.csv")).hasContent("feb");
    assertThat(wd.resolve("data/prefix/2023.csv")).doesNotExist();
  }

  @Test
  void aThousandSmallFilesArriveAtOnce() throws Exception {
    for (int i = 0; i < 1000; i++) {
      server.put("thousand/%02d/%04d".formatted(i % 10, i), "content " + i);
    }
    stage("{'storageUrl':'s3://linked-bucket/thousand/'}");
    for (int i = 0; i < 1000; i++) {
      assertThat(wd.resolve("%02d/%04d".formatted(i % 10, i))).hasContent("content " + i);
    }
    assertThat(said()).contains("1000 resource files");
  }

  @Test
  void aPresignedUrlNeedsNoSecret() throws Exception {
    server.put("signed file.txt", "signed");
    String url = server.presigned("signed file.txt");
    removeSecret();
    stage("{'httpUrl':'" + url + "','filePath':'signed.txt'}");
    assertThat(wd.resolve("signed.txt")).hasContent("signed");
  }

  @Test
  void ofTwoFilesForOnePlaceTheLaterWins() throws Exception {
    server.put("first", "first");
    server.put("second", "second");
    stage(
        "{'storageUrl':'s3:///first','filePath':'same'},{'storageUrl':'s3:///second','filePath':'./same'}");
    assertThat(wd.resolve("same")).hasContent("second");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'storageUrl':'s3://linked-bucket/missing'}                           | BlobNotFound             | does not exist",
        "{'storageUrl':'s3://linked-bucket/missing/'}                          | BlobNotFound             | No object",
        "{'autoStorageContainerName':'linked-bucket','blobPrefix':'missing'}   | BlobNotFound             | missing",
        "{'storageUrl':'s3://other-bucket/x'}                                  | BucketNotFound           | other-bucket",
        "{'autoStorageContainerName':''}                                       | ResourceFileInvalidSource | exactly one",
        "{}                                                                    | ResourceFileInvalidSource | exactly one",
        "{'storageUrl':'https://x/y'}                                          | ResourceFileInvalidSource | httpUrl",
        "{'httpUrl':'http://127.0.0.1/x'}                                      | ResourceFileInvalidPath  | filePath",
        "{'httpUrl':'file:///etc/passwd','filePath':'x'}                       | ResourceFileInvalidSource | http or https",
        "{'storageUrl':'s3:///x','filePath':'../out'}                          | ResourceFileInvalidPath  | working directory",
        "{'storageUrl':'s3:///x','filePath':'a/../../out'}                     | ResourceFileInvalidPath  | working directory",
        "{'storageUrl':'s3:///x','filePath':'/etc/out'}                        | ResourceFileInvalidPath  | working directory",
        "{'storageUrl':'s3:///x','fileMode':'4755'}                            | ResourceFileInvalidMode  | octal",
        "{'storageUrl':'s3:///x','fileMode':'rwx'}                             | ResourceFileInvalidMode  | octal",
      })
  void aMistakeIsNamedWithItsField(String file, String code, String part) throws IOException {
    refused(file, code, part);
  }

  @Test
  void anExpiredOrTamperedUrlIsDenied() throws Exception {
    server.put("signed", "x");
    refused(
        "{'httpUrl':'"
            + server.presigned("signed").replace("Expires=3600", "Expires=36000")
            + "','filePath':'f'}",
        "BlobAccessDenied",
        "presigned");
    refused(
        "{'httpUrl':'" + server.presigned("absent") + "','filePath':'f'}",
        "BlobNotFound",
        "does not exist");
  }

  @Test
  void aMissingSecretAndAMissingKeyAreNamed() throws Exception {
    Files.delete(dir.resolve("storage/bucket"));
    refused("{'storageUrl':'s3:///x'}", "StorageSecretKeyMissing", "\"bucket\"");
    Files.delete(dir.resolve("storage/accessKey"));
    refused("{'storageUrl':'s3://linked-bucket/x'}", "StorageSecretKeyMissing", "\"accessKey\"");
    removeSecret();
    refused(
        "{'storageUrl':'s3://linked-bucket/x'}",
        "StorageSecretNotFound",
        "create it with the keys");
  }

  @Test
  void wrongCredentialsAreDenied() throws Exception {
    Files.writeString(dir.resolve("storage/secretKey"), "another");
    refused("{'storageUrl':'s3:///x'}", "BlobAccessDenied", "accessKey and secretKey");
  }

  @Test
  void aFailureNamesItsOwnEntryAndLeavesNoHalfFile() throws Exception {
    server.put("good", "good");
    ask(
        "POOLWRIGHT_RESOURCE_FILES",
        "[{'field':'spec.resourceFiles[0]','storageUrl':'s3:///good'},{'field':'spec.resourceFiles[1]','storageUrl':'s3:///bad'}]");
    assertThat(run("stage-in")).isEqualTo(1);
    assertThat(message().path("field").asText()).isEqualTo("spec.resourceFiles[1]");
    try (var files = Files.list(wd)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()))).isSubsetOf("good");
    }
  }

  @Test
  void aFileInTheWayOfADirectoryIsNamed() throws Exception {
    server.put("clash/a", "file");
    Files.writeString(wd.resolve("d"), "in the way");
    refused(
        "{'storageUrl':'s3:///clash/a','filePath':'d/a'}",
        "ResourceDirectoryCreateFailed",
        "another resource file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nope", ""})
  void anUnknownVerbIsRefused(String verb) {
    assertThat(run(verb)).isEqualTo(2);
  }

  private void stage(String files) {
    ask("POOLWRIGHT_RESOURCE_FILES", "[" + files + "]");
    assertThat(run("stage-in")).withFailMessage(this::said).isZero();
    assertThat(dir.resolve("termination-log")).doesNotExist();
    assertThat(LocalStore.BUCKET).isEqualTo("linked-bucket");
  }

  private void refused(String file, String code, String part) throws IOException {
    ask(
        "POOLWRIGHT_RESOURCE_FILES",
        "["
            + file.replaceFirst(
                "\\{", "{'field':'spec.resourceFiles[0]'" + (file.equals("{}") ? "" : ","))
            + "]");
    assertThat(run("stage-in")).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo(code);
    assertThat(message().path("message").asText()).contains(part);
    assertThat(message().path("field").asText()).isEqualTo("spec.resourceFiles[0]");
    assertThat(message().path("category").asText()).isEqualTo("UserError");
  }
}
