package io.poolwright.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointsTest {
  private final AtomicReference<Health> live = new AtomicReference<>(Health.well());
  private final AtomicReference<Health> ready =
      new AtomicReference<>(Health.ill("the caches are not filled yet"));
  private final CollectorRegistry registry = new CollectorRegistry(true);
  private final OperatorMetrics metrics =
      new OperatorMetrics(registry, new BuildInfo("0.1.0", "abc1234"));
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpEndpoints endpoints;

  @BeforeEach
  void start() throws IOException {
    endpoints = new HttpEndpoints(0, registry, live::get, ready::get);
  }

  @AfterEach
  void stop() {
    endpoints.close();
    client.close();
  }

  @Test
  void probesSayWhatTheirSupplierSaysNow() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).isEqualTo("the caches are not filled yet\n");

    ready.set(Health.well());
    live.set(Health.ill("the watch of pods is dead"));

    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/healthz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").body()).isEqualTo("the watch of pods is dead\n");
  }

  @Test
  void aCheckThatThrowsIsAnAnswerToo() throws Exception {
    try (HttpEndpoints broken =
        new HttpEndpoints(
            0,
            registry,
            () -> {
              throw new IllegalStateException("told to nobody");
            },
            ready::get)) {
      HttpResponse<String> answer = request(broken.port(), "GET", "/healthz", "*/*");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("the check itself failed: IllegalStateException\n");
    }
  }

  @Test
  void aScrapeShowsWhatWasCounted() throws Exception {
    metrics.taskCompleted("Success");
    for (int task = 0; task < 3; task++) {
      metrics.taskCompleted("Failure");
    }
    metrics.attemptStarted();
    metrics.attemptsPreempted(2);
    metrics.apiWrite("patch", "tasks/status");
    metrics.reconciled("Task", Duration.ofMillis(7));
    metrics.reconcileFailed("Pool");
    metrics.firstAttemptLetGo(Duration.ofMillis(1500));
    metrics.nodes("batch", "a", Map.of("Idle", 2, "Running", 1));
    metrics.nodes("batch", "b", Map.of("Idle", 4));

    assertThat(get("/metrics").body().lines())
        .contains(
            "poolwright_tasks_completed_total{result=\"Success\",} 1.0",
            "poolwright_tasks_completed_total{result=\"Failure\",} 3.0",
            "poolwright_attempts_started_total 1.0",
            "poolwright_attempts_preempted_total 2.0",
            "poolwright_api_writes_total{verb=\"patch\",resource=\"tasks/status\",} 1.0",
            "poolwright_reconcile_seconds_bucket{kind=\"Task\",le=\"0.005\",} 0.0",
            "poolwright_reconcile_seconds_bucket{kind=\"Task\",le=\"0.01\",} 1.0",
            "poolwright_reconcile_failures_total{kind=\"Pool\",} 1.0",
            "poolwright_schedule_latency_seconds_bucket{le=\"1.0\",} 0.0",
            "poolwright_schedule_latency_seconds_bucket{le=\"2.5\",} 1.0",
            "poolwright_schedule_latency_seconds_sum 1.5",
            "poolwright_nodes{state=\"Idle\",} 6.0",
            "poolwright_nodes{state=\"Running\",} 1.0",
            "poolwright_build_info{version=\"0.1.0\",revision=\"abc1234\",} 1.0")
        .anyMatch(line -> line.startsWith("jvm_memory_bytes_used{"))
        .anyMatch(line -> line.startsWith("process_cpu_seconds_total "));
  }

  @Test
  void nodesOfAPoolThatIsGoneCountNoMoreButTheirStatesStayVisible() {
    metrics.nodes("batch", "a", Map.of("Idle", 2, "Running", 1));
    metrics.nodes("batch", "a", Map.of("Idle", 3));
    metrics.nodes("other", "a", Map.of("Idle", 1));
    metrics.poolGone("batch", "a");

    assertThat(nodes("Idle")).isEqualTo(1);
    assertThat(nodes("Running")).isZero();
  }

  @Test
  void aTaskCreatedByAClockAheadOfOursHasWaitedNoTime() {
    metrics.firstAttemptLetGo(Duration.ofMillis(-20));

    assertThat(registry.getSampleValue("poolwright_schedule_latency_seconds_sum")).isZero();
    assertThat(registry.getSampleValue("poolwright_schedule_latency_seconds_count")).isOne();
  }

  @Test
  void theScraperChoosesTheFormat() throws Exception {
    HttpResponse<String> plain = get("/metrics");
    HttpResponse<String> open =
        request(endpoints.port(), "GET", "/metrics", "application/openmetrics-text;version=1.0.0");

    assertThat(type(plain)).startsWith("text/plain; version=0.0.4");
    assertThat(type(open)).startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/healthz/x", "/healthzz", "/metrics/", "/env"})
  void nothingElseIsServed(String path) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void onlyReadingIsAnswered() throws Exception {
    assertThat(request(endpoints.port(), "POST", "/metrics", "*/*").statusCode()).isEqualTo(405);
    HttpResponse<String> head = request(endpoints.port(), "HEAD", "/healthz", "*/*");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void closedMeansNobodyListens() {
    int port = endpoints.port();
    endpoints.close();

    assertThatThrownBy(() -> request(port, "GET", "/healthz", "*/*"))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void twoSetsOfCollectorsInOneRegistryAreRefused() {
    assertThatThrownBy(() -> new OperatorMetrics(registry, new BuildInfo("0.1.0", "abc1234")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Double nodes(String state) {
    return registry.getSampleValue(
        "poolwright_nodes", new String[] {"state"}, new String[] {state});
  }

  private static String type(HttpResponse<String> response) {
    return response.headers().firstValue("Content-Type").orElse("");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return request(endpoints.port(), "GET", path, "*/*");
  }

  private HttpResponse<String> request(int port, String method, String path, String accept)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Accept", accept)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
