package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodWritesTest {
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private KubernetesClient client;
  private List<Status> answers = List.of();

  @BeforeEach
  void begin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          int number = asked.getAndIncrement();
          Status answer = answers.get(Math.min(number, answers.size() - 1));
          byte[] body = Serialization.asJson(answer).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.getCode(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    client =
        Clients.build(
            new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build(),
            Map.of());
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  private static Status status(int code, String reason, String message) {
    return new StatusBuilder()
        .withCode(code)
        .withReason(reason)
        .withMessage(message)
        .withStatus(code < 400 ? "Success" : "Failure")
        .build();
  }

  private void patch() {
    new PodWrites(client).patch("n", "p", "{}");
  }

  @Test
  void aWebhookThatIsDownIsToldAtOnce() {
    answers = List.of(status(500, "InternalError", "failed calling webhook"));

    assertThatThrownBy(this::patch).hasMessage("failed calling webhook");

    assertThat(asked).hasValue(1);
  }

  @Test
  void whatPassesIsSentAgain() {
    answers =
        List.of(
            status(503, "ServiceUnavailable", "starts"),
            status(429, "TooManyRequests", "later"),
            status(200, "", ""));

    patch();

    assertThat(asked).hasValue(3);
  }

  @Test
  void whatDoesNotPassIsToldInTheEnd() {
    answers = List.of(status(503, "ServiceUnavailable", "shutting down"));

    assertThatThrownBy(this::patch).hasMessage("shutting down");

    assertThat(asked).hasValueGreaterThan(1);
  }
}
