package io.poolwright.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.poolwright.storage.StorageFailure.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoreTest {
  private static LocalStore server;
  @TempDir Path dir;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void start() throws Exception {
    server = new LocalStore();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anObjectArrivesWithItsContentAndItsMode() throws Exception {
    server.put("one/file.txt", "content");
    try (ObjectStore store = connect(server.endpoint(), 10)) {
      assertThat(store.download(LocalStore.BUCKET, "one/file.txt", to("file.txt"))).isEqualTo(7);
    }
    assertThat(dir.resolve("file.txt")).hasContent("content");
    assertThat(Files.getPosixFilePermissions(dir.resolve("file.txt")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
  }

  @Test
  void anEmptyObjectArrivesAndAnEmptyFileIsStored() throws Exception {
    server.put("empty", "");
    Path file = Files.createFile(dir.resolve("nothing"));
    try (ObjectStore store = connect(server.endpoint(), 10)) {
      assertThat(store.download(LocalStore.BUCKET, "empty", to("empty"))).isZero();
      assertThat(store.upload(file, LocalStore.BUCKET, "stored/empty", Map.of())).isZero();
    }
    assertThat(dir.resolve("empty")).isEmptyFile();
    assertThat(server.keys("stored/empty")).containsEntry("stored/empty", 0L);
  }

  /** The second is stored in parts. */
  @ParameterizedTest
  @ValueSource(longs = {5, 65L << 20})
  void whatIsSaidOfAnObjectIsKept(long size) throws Exception {
    Path file = dir.resolve("said.bin");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    Map<String, String> headers =
        Map.ofEntries(
            Map.entry("content-type", "text/x-mine; charset=utf-8"),
            Map.entry("Content-Encoding", "br"),
            Map.entry("Content-Disposition", "attachment; filename=\"a  b.txt\""),
            Map.entry("Content-Language", "de"),
            Map.entry("Cache-Control", "max-age=60, public"),
            Map.entry("Expires", "Thu, 01 Jan 2032 00:00:00 GMT"),
            Map.entry("x-amz-meta-run", "a  b $(X) %20"),
            Map.entry("X-Amz-Meta-Other", "7"),
            Map.entry("x-amz-storage-class", "REDUCED_REDUNDANCY"));
    try (ObjectStore store = connect(server.endpoint(), 20)) {
      assertThat(store.upload(file, LocalStore.BUCKET, "said-" + size, headers)).isEqualTo(size);
    }
    // The store of these tests forgets them of an object in parts.
    Set<String> forgotten = size < 10 ? Set.of() : Set.of("Expires", "x-amz-storage-class");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      if (forgotten.contains(header.getKey())) {
        continue;
      }
      assertThat(server.header("said-" + size, header.getKey()))
          .as(header.getKey())
          .containsExactly(header.getValue());
    }
  }

  @Test
  void whatTheStoreCannotDoIsNotTriedAgain() throws Exception {
    Path file = Files.writeString(dir.resolve("tagged"), "x");
    try (ObjectStore store = connect(server.endpoint(), 60)) {
      StorageFailure failure =
          failure(() ->
              store.upload(file, LocalStore.BUCKET, "tagged", Map.of("x-amz-tagging", "a=b")));
      assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
      assertThat(failure.sentence()).contains("NotImplemented").contains("uploadHeaders");
    }
    assertThat(said).isEmpty();
  }

  @Test
  void aCutDownloadGoesOnWhereItStopped() throws Exception {
    byte[] content = random(4 << 20);
    server.put("large", content);
    try (UnreliableLine line = new UnreliableLine(server.port());
        ObjectStore store = connect(line.endpoint(), 20)) {
      line.cut(3, 1 << 20);
      assertThat(store.download(LocalStore.BUCKET, "large", to("large"))).isEqualTo(content.length);
      assertThat(line.cutsLeft()).isZero();
      // Had it begun anew each time, seven megabytes would have passed.
      assertThat(line.passed()).isLessThan(content.length + (1 << 20));
    }
    assertThat(dir.resolve("large")).hasBinaryContent(content);
    assertThat(said)
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(line -> assertThat(line).contains("trying again"));
  }

  @Test
  void anObjectThatChangesBetweenTwoTriesIsReadAnew() throws Exception {
    byte[] before = random(2 << 20);
    byte[] after = random(3 << 20);
    server.put("changing", before);
    try (UnreliableLine line = new UnreliableLine(server.port())) {
      line.cut(1, 1 << 20);
      Pause change =
          duration -> {
            try {
              server.put("changing", after);
            } catch (Exception failed) {
              throw new IllegalStateException(failed);
            }
          };
      try (ObjectStore store =
          ObjectStore.connect(credentials(line.endpoint()), patience(10, change))) {
        store.download(LocalStore.BUCKET, "changing", to("changing"));
      }
    }
    assertThat(dir.resolve("changing")).hasBinaryContent(after);
  }

  @Test
  void aStoreThatIsAwayForSecondsIsWaitedFor() throws Exception {
    server.put("patient", "here");
    try (UnreliableLine line = new UnreliableLine(server.port());
        ObjectStore store = connect(line.endpoint(), 30)) {
      line.away(true);
      Thread back =
          Thread.ofVirtual()
              .start(() -> {
                org.awaitility.Awaitility.await().until(() -> line.connections() >= 4);
                line.away(false);
              });
      store.download(LocalStore.BUCKET, "patient", to("patient"));
      back.join();
    }
    assertThat(dir.resolve("patient")).hasContent("here");
  }

  @Test
  void aStoreThatStaysAwayEndsPatienceAndLeavesNothingBehind() throws Exception {
    try (UnreliableLine line = new UnreliableLine(server.port());
        ObjectStore store = connect(line.endpoint(), 1)) {
      line.away(true);
      StorageFailure failure = failure(() -> store.download(LocalStore.BUCKET, "any", to("any")));
      assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
      assertThat(failure).hasMessageContaining("s3://linked-bucket/any");
    }
    assertThat(dir.resolve("any").getParent())
        .satisfies(directory -> assertThat(files(directory)).containsOnly("secret"));
  }

  @Test
  void whatIsMissingIsToldApart() throws Exception {
    server.put("there", "x");
    try (ObjectStore store = connect(server.endpoint(), 10)) {
      assertThat(failure(() -> store.download(LocalStore.BUCKET, "missing", to("f"))).kind())
          .isEqualTo(Kind.OBJECT_NOT_FOUND);
      assertThat(failure(() -> store.download("no-such-bucket", "there", to("f"))).kind())
          .isEqualTo(Kind.BUCKET_NOT_FOUND);
      assertThat(failure(() -> store.list("no-such-bucket", "")).kind())
          .isEqualTo(Kind.BUCKET_NOT_FOUND);
      assertThat(
              failure(() ->
                      store.upload(
                          Files.writeString(dir.resolve("u"), "x"),
                          "no-such-bucket",
                          "k",
                          Map.of()))
                  .kind())
          .isEqualTo(Kind.BUCKET_NOT_FOUND);
      assertThat(
              failure(() -> store.upload(dir.resolve("absent"), LocalStore.BUCKET, "k", Map.of()))
                  .kind())
          .isEqualTo(Kind.LOCAL_FILE);
      assertThat(failure(() -> store.download("X", "there", to("f"))).kind())
          .isEqualTo(Kind.INVALID_REQUEST);
      assertThat(failure(() -> store.download(LocalStore.BUCKET, "a/../b", to("f"))).kind())
          .isEqualTo(Kind.INVALID_REQUEST);
    }
    assertThat(said).isEmpty();
  }

  @Test
  void wrongCredentialsAreDeniedAtOnceAndNeverShown() throws Exception {
    Path secret = server.secret(dir.resolve("secret"));
    Files.writeString(secret.resolve("secretKey"), "wrong-secret");
    try (ObjectStore store =
        ObjectStore.connect(StorageCredentials.read(secret), patience(30, Pause.REAL))) {
      StorageFailure failure = failure(() -> store.download(LocalStore.BUCKET, "any", to("f")));
      assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(failure.sentence())
          .contains("accessKey and secretKey")
          .doesNotContain("wrong-secret")
          .doesNotContain("test-access-key");
    }
    assertThat(said).isEmpty();
  }

  @Test
  void aFileOfSeveralPartsIsStoredWholeThroughACutLine() throws Exception {
    byte[] content = random(80 << 20);
    Path file = Files.write(dir.resolve("parts"), content);
    try (UnreliableLine line = new UnreliableLine(server.port());
        ObjectStore store = connect(line.endpoint(), 30)) {
      line.cut(1, 200);
      assertThat(store.upload(file, LocalStore.BUCKET, "parts", Map.of()))
          .isEqualTo(content.length);
    }
    assertThat(server.get("parts")).isEqualTo(content);
  }

  @Test
  void aListingOfMoreThanOnePageIsWhole() throws Exception {
    for (int i = 0; i < 1005; i++) {
      server.put("pages/%04d".formatted(i), "");
    }
    try (ObjectStore store = connect(server.endpoint(), 10)) {
      assertThat(store.list(LocalStore.BUCKET, "pages/"))
          .hasSize(1005)
          .extracting(StoredObject::key)
          .isSorted();
    }
  }

  @Test
  void namesThatNeedEncodingAreKept() throws Exception {
    String key = "odd/a b+c%20d&e=ü 日本.txt";
    server.put(key, "odd");
    try (ObjectStore store = connect(server.endpoint(), 10)) {
      assertThat(store.list(LocalStore.BUCKET, "odd/"))
          .extracting(StoredObject::key)
          .containsExactly(key);
      store.download(LocalStore.BUCKET, key, to("odd"));
    }
    assertThat(dir.resolve("odd")).hasContent("odd");
  }

  private interface Action {
    void run() throws StorageFailure, IOException;
  }

  private static StorageFailure failure(Action action) {
    return catchThrowableOfType(StorageFailure.class, action::run);
  }

  private ObjectStore connect(String endpoint, int seconds) throws Exception {
    return ObjectStore.connect(credentials(endpoint), patience(seconds, Pause.REAL));
  }

  private StorageCredentials credentials(String endpoint) throws Exception {
    return StorageCredentials.read(server.secret(dir.resolve("secret"), endpoint));
  }

  private Patience patience(int seconds, Pause pause) {
    return new Patience(
        Duration.ofSeconds(seconds), Integer.MAX_VALUE, pause, System::nanoTime, said::add);
  }

  private Destination to(String name) {
    return new Destination(dir.resolve(name), PosixFilePermissions.fromString("rwxr-x---"));
  }

  private static List<String> files(Path directory) {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
