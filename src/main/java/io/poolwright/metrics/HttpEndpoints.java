package io.poolwright.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves /healthz, /readyz and /metrics. A supplier is asked anew for each probe. */
public final class HttpEndpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoints.class);
  private static final String PLAIN = "text/plain; charset=utf-8";

  static {
    // The server reads these once. Without them a client that says nothing holds its thread.
    System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
    System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", "30");
  }

  private final HttpServer server;
  private final ExecutorService executor;

  /**
   * Starts to listen at once.
   *
   * @param port port on all addresses; 0 takes a free one
   */
  public HttpEndpoints(
      int port, CollectorRegistry registry, Supplier<Health> live, Supplier<Health> ready)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    serve("/healthz", exchange -> answer(exchange, live));
    serve("/readyz", exchange -> answer(exchange, ready));
    serve("/metrics", exchange -> scrape(exchange, registry));
    server.createContext("/", exchange -> send(exchange, 404, PLAIN, "Not found\n"));
    server.start();
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  /** A context of the JDK's server answers for every path that begins with its own. */
  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          String method = exchange.getRequestMethod();
          if (!exchange.getRequestURI().getPath().equals(path)) {
            send(exchange, 404, PLAIN, "Not found\n");
          } else if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            send(exchange, 405, PLAIN, "Only GET and HEAD are answered here\n");
          } else {
            handler.handle(exchange);
          }
        });
  }

  private static void answer(HttpExchange exchange, Supplier<Health> asked) throws IOException {
    Health health;
    try {
      health = asked.get();
    } catch (RuntimeException e) {
      // A check that cannot be made says nothing good; the probe still deserves an answer.
      LOG.warn("The check behind {} failed", exchange.getRequestURI().getPath(), e);
      health = Health.ill("the check itself failed: " + e.getClass().getSimpleName());
    }
    send(exchange, health.ok() ? 200 : 503, PLAIN, health.why() + "\n");
  }

  private static void scrape(HttpExchange exchange, CollectorRegistry registry) throws IOException {
    String type = TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
    ByteArrayOutputStream body = new ByteArrayOutputStream(16 * 1024);
    try (Writer writer = new OutputStreamWriter(body, UTF_8)) {
      TextFormat.writeFormat(type, writer, registry.metricFamilySamples());
    }
    send(exchange, 200, type, body.toByteArray());
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    send(exchange, status, type, body.getBytes(UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
      } else {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }
}
