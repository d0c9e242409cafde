package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.testing.FakeClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReservationsTest {
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private KubernetesClient client;
  private Reservations reservations;
  private int code = 200;
  private String message = "";
  private boolean named;

  @BeforeEach
  void begin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          byte[] body = answer().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(code, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    client =
        Clients.build(
            new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withRequestRetryBackoffLimit(0)
                .build(),
            Map.of());
    reservations = new Reservations(client, clock);
  }

  @AfterEach
  void end() {
    client.close();
    server.stop(0);
  }

  private String answer() {
    if (code == 200) {
      return Serialization.asJson(
          new PodBuilder().withNewMetadata().withName("n").endMetadata().build());
    }
    var status = new StatusBuilder().withCode(code).withMessage(message).withStatus("Failure");
    return Serialization.asJson(
        named ? status.withNewDetails().withName("n").endDetails().build() : status.build());
  }

  private Optional<String> resize() {
    return reservations.resize(
        "team-a",
        PodReader.read(
            new PodBuilder().withNewMetadata().withName("n").withUid("u").endMetadata().build()),
        "node",
        Map.of("cpu", new Quantity("1")));
  }

  @Test
  void whatWasDoneIsNotAskedAgainWhileTheCacheLags() {
    assertThat(resize()).isEmpty();
    assertThat(resize()).isEmpty();
    assertThat(asked).hasValue(1);
    clock.advance(Duration.ofSeconds(11));
    resize();
    assertThat(asked).hasValue(2);
  }

  @Test
  void aConflictIsAskedAgain() {
    code = 409;
    assertThat(resize()).isEmpty();
    code = 200;
    assertThat(resize()).isEmpty();
    assertThat(asked).hasValue(2);
  }

  @Test
  void whatFailsIsAskedAgain() {
    code = 500;
    assertThatThrownBy(this::resize).isInstanceOf(KubernetesClientException.class);
    code = 200;
    resize();
    assertThat(asked).hasValue(2);
  }

  @Test
  void aRefusalIsToldAndAskedAgainAfterAPause() {
    code = 403;
    message = "exceeded quota";
    assertThat(resize()).contains("exceeded quota");
    assertThat(resize()).as("from memory").contains("exceeded quota");
    assertThat(asked).hasValue(1);
    clock.advance(Duration.ofSeconds(11));
    code = 200;
    assertThat(resize()).isEmpty();
    assertThat(asked).hasValue(2);
    assertThat(resize()).isEmpty();
  }

  @Test
  void anApiServerThatCannotDoItIsToldByItsVersion() {
    code = 404;
    message = "the server could not find the requested resource";
    assertThat(resize().orElseThrow()).contains("Kubernetes 1.33");
  }

  @Test
  void aPodThatIsGoneIsNoRefusal() {
    code = 404;
    named = true;
    assertThat(resize()).isEmpty();
  }
}
