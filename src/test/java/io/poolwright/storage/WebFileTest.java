package io.poolwright.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.poolwright.storage.StorageFailure.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebFileTest {
  @TempDir Path dir;

  @Test
  void aPresignedUrlIsFetchedAndOneThatIsNotGoodIsExplained() throws Exception {
    byte[] content = new byte[3 << 20];
    new Random(1).nextBytes(content);
    try (LocalStore server = new LocalStore()) {
      server.put("data.bin", content);
      fetch(server.presigned("data.bin"));
      assertThat(dir.resolve("file")).hasBinaryContent(content);
      try (UnreliableLine line = new UnreliableLine(server.port())) {
        // The signature covers host and port.
        assertThat(
                failure(
                        server
                            .presigned("data.bin")
                            .replace(":" + server.port(), ":" + line.port()))
                    .kind())
            .isEqualTo(Kind.ACCESS_DENIED);
      }
      assertThat(failure(server.presigned("missing.bin")).kind()).isEqualTo(Kind.OBJECT_NOT_FOUND);
      String tampered =
          server.presigned("data.bin").replace("X-Amz-Expires=3600", "X-Amz-Expires=36000");
      StorageFailure denied = failure(tampered);
      assertThat(denied.kind()).isEqualTo(Kind.ACCESS_DENIED);
      assertThat(denied.sentence())
          .contains("presigned")
          .doesNotContain("X-Amz")
          .doesNotContain("?");
    }
  }

  @Test
  void aCutDownloadGoesOnByRange() throws Exception {
    byte[] content = new byte[2 << 20];
    new Random(2).nextBytes(content);
    AtomicInteger ranges = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/f",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
          if (range != null) {
            ranges.incrementAndGet();
          }
          exchange.getResponseHeaders().add("ETag", "\"v1\"");
          exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
          try (var out = exchange.getResponseBody()) {
            out.write(content, from, content.length - from);
          }
        });
    server.start();
    try (UnreliableLine line = new UnreliableLine(server.getAddress().getPort())) {
      line.cut(1, 1 << 20);
      fetch(line.endpoint() + "/f");
    } finally {
      server.stop(0);
    }
    assertThat(dir.resolve("file")).hasBinaryContent(content);
    assertThat(ranges).hasValue(1);
  }

  /** Without an ETag each try begins anew, and gets no further than the one before. */
  @Test
  void aTransferThatIsAlwaysCutAtTheSamePlaceIsGivenUp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/f",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(new byte[3]);
          exchange.getResponseBody().flush();
          exchange.close();
        });
    server.start();
    try {
      StorageFailure failure = failure("http://127.0.0.1:" + server.getAddress().getPort() + "/f");
      assertThat(failure.sentence()).contains("failed 3 times");
    } finally {
      server.stop(0);
    }
    // The first made progress, so that the three are counted after it.
    assertThat(asked.get()).isBetween(3, 4);
  }

  @Test
  void aServerThatNeverAnswersIsTriedThreeTimes() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/f?sig=hidden";
      StorageFailure failure =
          catchThrowableOfType(StorageFailure.class, () -> fetch(url, Duration.ofMillis(300)));
      assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
      assertThat(failure.sentence()).contains("failed 3 times").doesNotContain("hidden");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 429})
  void aBusyServerIsTriedThreeTimesAndAMistakeOnce(int status) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/busy") ? status : 400, -1);
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(failure(base + "/busy").kind()).isEqualTo(Kind.OTHER);
      assertThat(asked).hasValue(3);
      assertThat(failure(base + "/wrong").kind()).isEqualTo(Kind.OTHER);
      assertThat(asked).hasValue(4);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "jar:file:/x!/y",
        "ftp://host/x",
        "no url",
        "http:///x",
        "//host/x"
      })
  void onlyWebAddressesAreFetched(String url) {
    assertThat(failure(url).kind()).isEqualTo(Kind.INVALID_REQUEST);
  }

  private StorageFailure failure(String url) {
    return catchThrowableOfType(StorageFailure.class, () -> fetch(url));
  }

  private void fetch(String url) throws StorageFailure {
    fetch(url, Duration.ofSeconds(10));
  }

  private void fetch(String url, Duration stall) throws StorageFailure {
    Patience patience =
        new Patience(
            Duration.ofMinutes(1), Integer.MAX_VALUE, duration -> {}, System::nanoTime, line -> {});
    Destination destination =
        new Destination(dir.resolve("file"), PosixFilePermissions.fromString("rw-r-----"));
    WebFile.at(url, Optional.empty(), Duration.ofSeconds(5), stall).download(destination, patience);
  }
}
