package io.poolwright.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The operator as a process of its own beside the cluster, with the heap that is promised. */
final class OperatorProcess implements AutoCloseable {
  private static final String HEAP = "256m";
  private static final int PORT = 18091;

  /** "[12.3s][info][gc] GC(4) Pause Young (Allocation Failure) 70M->31M(123M) 12.3ms" */
  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

  private final Process process;
  private final Path log;
  private final Path collections;
  private final HttpClient http = HttpClient.newHttpClient();

  OperatorProcess(Settings settings, Path kubeconfig, String namespace) throws IOException {
    log = settings.work().resolve("operator.log");
    collections = settings.work().resolve("operator-gc.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc:file=" + collections));
    command.addAll(settings.operatorOptions());
    command.addAll(List.of("-cp", settings.operatorClasspath(), "io.poolwright.main.OperatorMain"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // Options that are meant for this program's JVM.
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                kubeconfig.toString(),
                "POOLWRIGHT_IMAGE",
                // Only pods on a real node need it to be one.
                System.getenv().getOrDefault("BENCH_IMAGE", "poolwright:bench"),
                "POOLWRIGHT_NAMESPACE",
                namespace,
                "POOLWRIGHT_WATCH_NAMESPACES",
                namespace,
                "POOLWRIGHT_LEADER_ELECTION",
                "false",
                "POOLWRIGHT_HTTP_PORT",
                Integer.toString(PORT)));
    process = builder.start();
  }

  void awaitReady() {
    Awaitility.await("the operator is ready; its log is " + log)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .failFast("the operator ended; its log is " + log, () -> !process.isAlive())
        .until(() -> get("/readyz").statusCode() == 200);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  double cpuSeconds() throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(l -> l.startsWith("process_cpu_seconds_total "))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.indexOf(' ') + 1)))
        .sum();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Where the log of collections ends now. */
  int collections() throws IOException {
    return Files.readAllLines(collections).size();
  }

  /**
   * The heap right before and right after collections, in MiB.
   *
   * @param most the fullest that it ever was
   * @param kept the most that a collection left
   * @param live what a full collection left at the end
   */
  record Heap(int most, int kept, int live) {}

  Heap heapSince(int mark) throws IOException, InterruptedException {
    new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
            Long.toString(process.pid()),
            "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    int most = 0;
    int kept = 0;
    int live = 0;
    List<String> lines = Files.readAllLines(collections);
    for (String line : lines.subList(Math.min(mark, lines.size()), lines.size())) {
      Matcher sizes = COLLECTION.matcher(line);
      if (sizes.find()) {
        most = Math.max(most, Integer.parseInt(sizes.group(1)));
        live = Integer.parseInt(sizes.group(2));
        kept = Math.max(kept, live);
      }
    }
    return new Heap(most, kept, live);
  }

  /** The most memory that the process ever had, in MiB. */
  long peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(l -> l.startsWith("VmHWM:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) / 1024)
        .sum();
  }

  /** Lines of the operator's log that say that something went wrong. */
  List<String> complaints() throws IOException {
    return Files.readAllLines(log).stream()
        .filter(l -> l.contains("\"level\":\"ERROR\"") || l.contains("\"level\":\"WARN\""))
        // The client's remark that v1alpha1 may change.
        .filter(l -> !l.contains("VersionUsageUtils"))
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
