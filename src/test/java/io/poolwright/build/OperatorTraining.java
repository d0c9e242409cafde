package io.poolwright.build;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the operator of the image against something that answers like an API server with one pool,
 * one job, one task and one schedule, until statuses of job and schedule were written, and stops
 * it. {@code dev/image} trains the operator's AOT cache so: {@code OperatorTraining <command...>}.
 */
final class OperatorTraining {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String META =
      "\"namespace\":\"training\",\"generation\":1,\"creationTimestamp\":\"2026-01-01T00:00:00Z\",\"resourceVersion\":\"5\"";
  private static final Map<String, String> OBJECTS =
      Map.of(
          "pools",
              object(
                  "Pool",
                  "p",
                  "{\"targetDedicatedNodes\":1,\"node\":{\"image\":\"i\",\"size\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}}"),
          "jobs",
              object(
                  "Job",
                  "j",
                  "{\"poolInfo\":{\"poolId\":\"p\"},\"tasks\":[{\"id\":\"a\",\"commandLine\":\"echo 'a b'\"}]}"),
          "tasks", object("Task", "t", "{\"jobId\":\"j\",\"command\":[\"true\"]}"),
          "jobschedules",
              object(
                  "JobSchedule",
                  "s",
                  "{\"schedule\":{\"cron\":\"0 3 * * *\",\"timeZone\":\"Europe/Berlin\"},\"jobSpecification\":{\"poolInfo\":{\"poolId\":\"p\"}}}"));

  private final AtomicLong versions = new AtomicLong(10);
  private final CountDownLatch jobWritten = new CountDownLatch(1);
  private final CountDownLatch scheduleWritten = new CountDownLatch(1);

  private OperatorTraining() {}

  private static String object(String kind, String name, String spec) {
    return "{\"apiVersion\":\"poolwright.io/v1alpha1\",\"kind\":\""
        + kind
        + "\",\"metadata\":{\"name\":\""
        + name
        + "\",\"uid\":\""
        + name
        + "\","
        + META
        + "},\"spec\":"
        + spec
        + "}";
  }

  public static void main(String[] args) throws Exception {
    System.exit(new OperatorTraining().run(List.of(args)));
  }

  private int run(List<String> command) throws IOException, InterruptedException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBERNETES_MASTER", "http://127.0.0.1:" + server.getAddress().getPort(),
                "KUBERNETES_AUTH_TRYKUBECONFIG", "false",
                "POOLWRIGHT_IMAGE", "training",
                "POOLWRIGHT_NAMESPACE", "training",
                "POOLWRIGHT_LEADER_ELECTION", "false",
                "POOLWRIGHT_HTTP_PORT", Integer.toString(port)));
    Process operator = builder.start();
    boolean trained =
        jobWritten.await(60, TimeUnit.SECONDS) && scheduleWritten.await(60, TimeUnit.SECONDS);
    scrape(port);
    operator.destroy();
    boolean ended = operator.waitFor(60, TimeUnit.SECONDS);
    server.stop(0);
    return trained && ended ? 0 : 1;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void scrape(int port) throws IOException {
    HttpURLConnection metrics =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openConnection();
    metrics.getInputStream().readAllBytes();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (exchange.getRequestHeaders().containsKey("Upgrade")) {
      // The client then watches over plain HTTP, which is all that this server can. After a 503 it
      // would too, but only after ten tries in twenty seconds.
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
      return;
    }
    if (exchange.getRequestMethod().equals("GET") && query.contains("watch=true")) {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      // Stays open with nothing to tell, as a watch does.
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      return;
    }
    String text = exchange.getRequestMethod().equals("GET") ? list(path) : written(path, body);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
    if (path.endsWith("/jobs/j/status")) {
      jobWritten.countDown();
    }
    if (path.endsWith("/jobschedules/s/status")) {
      scheduleWritten.countDown();
    }
  }

  private static String list(String path) {
    String resource = path.substring(path.lastIndexOf('/') + 1);
    String items = OBJECTS.getOrDefault(resource, "");
    String version = path.startsWith("/apis/poolwright.io") ? "poolwright.io/v1alpha1" : "v1";
    return "{\"apiVersion\":\""
        + version
        + "\",\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"9\"},\"items\":["
        + items
        + "]}";
  }

  /** What was sent, with what an API server adds. */
  private String written(String path, byte[] body) throws IOException {
    if (body.length == 0 || !(JSON.readTree(body) instanceof ObjectNode object)) {
      return "{}";
    }
    ObjectNode meta = object.withObject("/metadata");
    meta.put("resourceVersion", Long.toString(versions.incrementAndGet()));
    meta.put("creationTimestamp", "2026-01-01T00:00:00Z");
    if (!meta.has("uid")) {
      meta.put("uid", path + versions.get());
    }
    return JSON.writeValueAsString(object);
  }
}
