package io.poolwright.bench;

import static org.awaitility.Awaitility.await;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A MinIO server of the benchmark's own, with one bucket. */
final class ObjectServer implements AutoCloseable {
  static final String BUCKET = "bench";
  private static final String USER = "bench-access";
  private static final String PASSWORD = "bench-secret-of-no-worth";

  private final Process process;
  private final String endpoint;
  private final Path secret;
  private final MinioClient client;

  ObjectServer(Path directory) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    endpoint = "http://127.0.0.1:" + port;
    Files.createDirectories(directory);
    ProcessBuilder builder =
        new ProcessBuilder(
                System.getenv("BENCH_MINIO"),
                "server",
                directory.resolve("data").toString(),
                "--address",
                "127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    builder.environment().putAll(Map.of("MINIO_ROOT_USER", USER, "MINIO_ROOT_PASSWORD", PASSWORD));
    process = builder.start();
    await().atMost(Duration.ofMinutes(1)).until(this::answers);
    client =
        MinioClient.builder()
            .endpoint(endpoint)
            .region("us-east-1")
            .credentials(USER, PASSWORD)
            .build();
    client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
    secret = Files.createDirectories(directory.resolve("secret"));
    Files.writeString(secret.resolve("endpoint"), endpoint);
    Files.writeString(secret.resolve("bucket"), BUCKET);
    Files.writeString(secret.resolve("accessKey"), USER);
    Files.writeString(secret.resolve("secretKey"), PASSWORD);
  }

  private boolean answers() {
    try {
      return URI.create(endpoint + "/minio/health/ready").toURL().openConnection()
              instanceof HttpURLConnection connection
          && connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The Secret of this store as the kubelet mounts it. */
  Path secret() {
    return secret;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      client.close();
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Exception unimportant) {
      // Connections that are left open end with the process.
    }
  }
}
