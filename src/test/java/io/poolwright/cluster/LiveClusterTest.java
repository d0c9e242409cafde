package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command-line tool says where there is no cluster, without anybody waiting for it. */
@Timeout(30)
class LiveClusterTest {
  private static final String KUBECONFIG = "kubeconfig";

  @TempDir Path directory;
  private @Nullable String before;

  @BeforeEach
  void nobodyElsesKubeconfig() {
    before = System.getProperty(KUBECONFIG);
  }

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(KUBECONFIG);
    } else {
      System.setProperty(KUBECONFIG, before);
    }
  }

  private void kubeconfig(String text) throws IOException {
    System.setProperty(KUBECONFIG, Files.writeString(directory.resolve("config"), text).toString());
  }

  @Test
  void withoutAKubeconfigItSaysWhereItLooked() {
    String path = directory.resolve("none").toString();
    System.setProperty(KUBECONFIG, path);

    assertThatThrownBy(() -> LiveCluster.of(null))
        .isInstanceOf(LiveCluster.Absent.class)
        .hasMessage(
            "there is no cluster: no kubeconfig at " + path + "; name a kubeconfig in KUBECONFIG");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedSoon() throws IOException {
    int port;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = nobody.getLocalPort();
    }
    kubeconfig(
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {}}]
        contexts: [{name: x, context: {cluster: c, user: u, namespace: team}}]
        current-context: x
        """
            .formatted(port));

    assertThatThrownBy(() -> LiveCluster.of(null))
        .isInstanceOf(LiveCluster.Absent.class)
        .hasMessageStartingWith("the cluster at http://127.0.0.1:" + port + "/ does not answer: ")
        .satisfies(e -> assertThat(Objects.requireNonNull(e.getMessage()).lines()).hasSize(1));
  }

  @Test
  void aKubeconfigThatNamesNoClusterIsNoStackTrace() throws IOException {
    for (String text : List.of("", "[", "nonsense", "kind: Config", "current-context: gone")) {
      kubeconfig(text);

      assertThatThrownBy(() -> LiveCluster.of(null))
          .as(text)
          .isInstanceOf(LiveCluster.Absent.class)
          .hasMessageContaining("kubeconfig");
    }
  }
}
