package io.poolwright.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageCredentialsTest {
  @TempDir Path dir;

  @Test
  void aMissingSecretSaysHowToCreateIt() throws Exception {
    // What the kubelet makes of an optional Secret that does not exist.
    Path mounted = Files.createDirectory(dir.resolve("mounted"));
    Files.createDirectory(mounted.resolve("..2026_11_24_12_00_00.1"));
    Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..2026_11_24_12_00_00.1"));
    Path empty = Files.createDirectory(dir.resolve("empty"));
    for (Path absent : new Path[] {mounted, empty, dir.resolve("not-mounted")}) {
      StorageFailure failure =
          catchThrowableOfType(StorageFailure.class, () -> StorageCredentials.read(absent));
      assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.SECRET_NOT_FOUND);
      assertThat(failure.sentence()).contains("endpoint, bucket, accessKey, secretKey");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"endpoint", "accessKey", "secretKey"})
  void aMissingKeyIsNamed(String key) throws Exception {
    write();
    Files.delete(dir.resolve(key));
    StorageFailure failure =
        catchThrowableOfType(StorageFailure.class, () -> StorageCredentials.read(dir));
    assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.SECRET_KEY_MISSING);
    assertThat(failure.sentence()).contains("\"" + key + "\"");
  }

  @Test
  void theLinkedBucketIsOnlyMissedWhenItIsNeeded() throws Exception {
    write();
    StorageCredentials credentials = StorageCredentials.read(dir);
    StorageFailure failure = catchThrowableOfType(StorageFailure.class, credentials::linkedBucket);
    assertThat(failure.sentence()).contains("\"bucket\"");
  }

  @Test
  void aTrailingNewlineIsNoPartOfAValueAndNothingSecretIsPrinted() throws Exception {
    write();
    Files.writeString(dir.resolve("secretKey"), "hidden\n");
    StorageCredentials credentials = StorageCredentials.read(dir);
    assertThat(credentials.secretKey()).isEqualTo("hidden");
    assertThat(credentials.region()).isEqualTo("us-east-1");
    assertThat(credentials.toString()).doesNotContain("hidden").doesNotContain("someone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host",
        "https://host/path",
        "https://user:pw@host",
        "https://",
        "ht tp://x"
      })
  void anEndpointThatIsNoneIsRefusedWithoutRepeatingIt(String endpoint) throws Exception {
    write();
    Files.writeString(dir.resolve("endpoint"), endpoint);
    StorageFailure failure =
        catchThrowableOfType(StorageFailure.class, () -> StorageCredentials.read(dir));
    assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.SECRET_INVALID);
    assertThat(failure.sentence()).contains("endpoint").doesNotContain("pw");
  }

  private void write() throws Exception {
    Files.writeString(dir.resolve("endpoint"), "https://store.example:9000");
    Files.writeString(dir.resolve("accessKey"), "someone");
    Files.writeString(dir.resolve("secretKey"), "hidden");
  }
}
