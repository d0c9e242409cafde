package io.poolwright.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an upload when the store does what a real one rarely does. */
class UploadTest {
  private static final int PARTS = 3;
  private static final long SIZE = (PARTS - 1) * Upload.PART + 5;

  /** What the store does with a request instead of answering it well; true where it did. */
  @FunctionalInterface
  private interface Trouble {
    boolean with(HttpExchange exchange, String request) throws IOException;
  }

  @TempDir Path dir;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger begun = new AtomicInteger();
  private volatile Trouble trouble = (exchange, request) -> false;
  private HttpServer server = null;
  private ObjectStore store = null;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    Path secret = Files.createDirectory(dir.resolve("secret"));
    Files.writeString(
        secret.resolve("endpoint"), "http://127.0.0.1:" + server.getAddress().getPort());
    Files.writeString(secret.resolve("accessKey"), "access");
    Files.writeString(secret.resolve("secretKey"), "secret");
    AtomicLong clock = new AtomicLong();
    // Each try takes ten minutes, and patience five.
    store =
        ObjectStore.connect(
            StorageCredentials.read(secret),
            new Patience(
                Duration.ofMinutes(5),
                Integer.MAX_VALUE,
                pause -> {},
                () -> clock.addAndGet(Duration.ofMinutes(10).toNanos()),
                said::add));
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  @Test
  void howLongATryTakesDoesNotEndAnUpload() throws Exception {
    AtomicInteger lost = new AtomicInteger(3);
    trouble = (exchange, request) -> lost.getAndDecrement() > 0;
    assertThat(store.upload(file(5), "bucket", "small", Map.of())).isEqualTo(5);
    assertThat(said).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void onlyThePartThatWasLostIsSentAgain() throws Exception {
    // No lost connection: for that the client takes another one by itself, silently.
    AtomicInteger lost = new AtomicInteger(3);
    trouble =
        (exchange, request) ->
            request.equals("part 2 of 1")
                && lost.getAndDecrement() > 0
                && refuse(exchange, 503, "SlowDown");
    assertThat(store.upload(file(SIZE), "bucket", "key", Map.of())).isEqualTo(SIZE);
    assertThat(requests)
        .containsOnlyOnce("begin", "part 1 of 1", "part 3 of 1", "complete 1")
        .filteredOn(r -> r.equals("part 2 of 1"))
        .hasSize(4);
    assertThat(requests.getLast()).isEqualTo("complete 1");
    assertThat(said).hasSize(3).allMatch(line -> line.contains("key, part 2"));
  }

  @Test
  void aStoreThatStaysAwayIsGivenUp() throws Exception {
    trouble = (exchange, request) -> request.startsWith("part");
    StorageFailure failure = failure();
    assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.TIMED_OUT);
    assertThat(requests.getLast()).as("nothing is left there").isEqualTo("abort 1");
  }

  @Test
  void anUploadThatTheStoreForgotIsBegunAnew() throws Exception {
    trouble =
        (exchange, request) ->
            request.equals("complete 1") && refuse(exchange, 404, "NoSuchUpload");
    assertThat(store.upload(file(SIZE), "bucket", "key", Map.of())).isEqualTo(SIZE);
    assertThat(requests).containsOnlyOnce("part 1 of 2", "part 2 of 2", "part 3 of 2");
    assertThat(requests.getLast()).isEqualTo("complete 2");
  }

  @Test
  void aStoreThatForgetsEveryUploadIsTold() throws Exception {
    trouble =
        (exchange, request) ->
            request.startsWith("complete") && refuse(exchange, 404, "NoSuchUpload");
    StorageFailure failure = failure();
    assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.OTHER);
    assertThat(failure.sentence()).contains("forgot the upload");
    assertThat(begun).hasValue(3);
  }

  @Test
  void whatIsRefusedIsNotTriedAgainAndLeavesNothingBehind() throws Exception {
    trouble =
        (exchange, request) -> request.startsWith("part") && refuse(exchange, 403, "AccessDenied");
    assertThat(failure().kind()).isEqualTo(StorageFailure.Kind.ACCESS_DENIED);
    assertThat(said).isEmpty();
    assertThat(begun).hasValue(1);
    assertThat(requests).contains("abort 1");
  }

  @Test
  void aFileThatCannotBeReadAnyMoreIsNoFaultOfTheNetwork() throws Exception {
    trouble =
        (exchange, request) -> {
          if (request.equals("begin")) {
            file(1);
          }
          return false;
        };
    StorageFailure failure = failure();
    assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.LOCAL_FILE);
    assertThat(failure.sentence()).contains(dir.resolve("file") + ": the file has become shorter");
    assertThat(said).isEmpty();
    assertThat(requests.getLast()).isEqualTo("abort 1");
  }

  private StorageFailure failure() throws IOException {
    Path file = file(SIZE);
    return catchThrowableOfType(
        StorageFailure.class, () -> store.upload(file, "bucket", "key", Map.of()));
  }

  private Path file(long size) throws IOException {
    Path file = dir.resolve("file");
    try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    return file;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
      String query = String.valueOf(exchange.getRequestURI().getQuery());
      String id = query.replaceAll(".*uploadId=([0-9]+).*|.*", "$1");
      String request =
          switch (exchange.getRequestMethod()) {
            case "POST" -> id.isEmpty() ? "begin" : "complete " + id;
            case "DELETE" -> "abort " + id;
            default ->
                id.isEmpty()
                    ? "put"
                    : "part " + query.replaceAll(".*partNumber=([0-9]+).*", "$1") + " of " + id;
          };
      requests.add(request);
      // Without an answer the connection ends.
      if (!trouble.with(exchange, request)) {
        exchange.getResponseHeaders().add("ETag", "\"0123456789abcdef0123456789abcdef\"");
        say(
            exchange,
            200,
            switch (request.split(" ", 2)[0]) {
              case "begin" ->
                  "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key><UploadId>%d</UploadId></InitiateMultipartUploadResult>"
                      .formatted(begun.incrementAndGet());
              case "complete" ->
                  "<CompleteMultipartUploadResult><Bucket>bucket</Bucket><Key>key</Key><ETag>e-3</ETag></CompleteMultipartUploadResult>";
              default -> "";
            });
      }
    }
  }

  private static boolean refuse(HttpExchange exchange, int status, String code) throws IOException {
    say(exchange, status, "<Error><Code>%s</Code><Message>m</Message></Error>".formatted(code));
    return true;
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
