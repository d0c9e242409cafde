package io.poolwright.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Small files out or in by a loop of the SDK that keeps and checks nothing, as a program of its
 * own: {@code PlainLoop SECRET out|in COUNT}. It prints the seconds of the first round, which
 * begins as cold as an agent does, and of a third one. The start of the JVM is not in them.
 */
final class PlainLoop {
  static final int THREADS = 8;

  private final MinioClient client;
  private final boolean out;
  private final byte[] content = new byte[FilesBench.SMALL];

  private PlainLoop(MinioClient client, boolean out) {
    this.client = client;
    this.out = out;
    new Random(1).nextBytes(content);
  }

  /** Seconds of one round. */
  record Ran(double cold, double warm) {}

  static Ran run(ObjectServer server, String way, int count) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "src/test/java/io/poolwright/bench/PlainLoop.java",
                server.secret().toString(),
                way,
                String.valueOf(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the plain loop ended with " + process.exitValue());
    }
    String[] seconds = printed.strip().split(" ", -1);
    return new Ran(Double.parseDouble(seconds[0]), Double.parseDouble(seconds[1]));
  }

  public static void main(String[] args) throws Exception {
    long begin = System.nanoTime();
    Path secret = Path.of(args[0]);
    MinioClient client =
        MinioClient.builder()
            .endpoint(text(secret, "endpoint"))
            .region("us-east-1")
            .credentials(text(secret, "accessKey"), text(secret, "secretKey"))
            .build();
    int count = Integer.parseInt(args[2]);
    PlainLoop loop = new PlainLoop(client, args[1].equals("out"));
    loop.round(count);
    double cold = (System.nanoTime() - begin) / 1e9;
    loop.round(count);
    begin = System.nanoTime();
    loop.round(count);
    System.out.printf(Locale.ROOT, "%.3f %.3f%n", cold, (System.nanoTime() - begin) / 1e9);
    client.close();
  }

  private static String text(Path secret, String key) throws IOException {
    return Files.readString(secret.resolve(key));
  }

  private void round(int count) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(() -> {
          file(number);
          return number;
        });
      }
      for (Future<Integer> one : threads.invokeAll(all)) {
        one.get();
      }
    }
  }

  private void file(int i) throws Exception {
    String key = "plain/" + i;
    if (out) {
      client.putObject(
          PutObjectArgs.builder().bucket(ObjectServer.BUCKET).object(key).stream(
                  new ByteArrayInputStream(content), (long) content.length, -1L)
              .build());
      return;
    }
    try (InputStream in =
        client.getObject(GetObjectArgs.builder().bucket(ObjectServer.BUCKET).object(key).build())) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
