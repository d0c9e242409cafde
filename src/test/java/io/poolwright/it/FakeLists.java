package io.poolwright.it;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.keys.PackedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The pods that list objects, as far as a kubelet shows them: what they end with, and what they
 * have printed, which the API server asks this server for.
 */
final class FakeLists implements AutoCloseable {
  private static final char[] PASSWORD = "of no account".toCharArray();

  private final KubernetesClient client;
  private final HttpsServer server;
  private final Map<String, IntFunction<Found>> scripts = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();
  private final Map<String, String> logs = new ConcurrentHashMap<>();

  /**
   * What a listing finds.
   *
   * @param failure the message that the pod ends with; null where there is a list
   * @param cut the last of what was printed is not in the log
   */
  record Found(List<String> keys, @Nullable String failure, boolean cut) {
    static Found keys(List<String> keys) {
      return new Found(keys, null, false);
    }

    static Found failure(String code, String message) {
      return new Found(
          List.of(),
          "{\"category\":\"UserError\",\"code\":\"%s\",\"message\":\"%s\"}"
              .formatted(code, message),
          false);
    }
  }

  FakeLists(KubernetesClient client) {
    this.client = client;
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(ofItself()));
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    server.createContext(
        "/containerLogs/",
        exchange -> {
          String log = logs.get(exchange.getRequestURI().getPath());
          byte[] body = (log == null ? "no such pod" : log).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              log == null ? 404 : 200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  /** With a certificate that nobody vouches for: the API server asks for no other. */
  private static SSLContext ofItself()
      throws IOException, GeneralSecurityException, InterruptedException {
    Path directory = Files.createTempDirectory("kubelet");
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=kubelet",
                "-alias",
                "kubelet",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    Files.delete(file);
    Files.delete(directory);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /** What the listings of a job find, by their number. */
  void script(String namespace, String job, IntFunction<Found> found) {
    scripts.put(namespace + "/" + job, found);
  }

  /** How many listings of a job came to an end. */
  int made(String namespace, String job) {
    AtomicInteger count = made.get(namespace + "/" + job);
    return count == null ? 0 : count.get();
  }

  /** Returns what the pod ends with. */
  String make(Pod pod) {
    String namespace = pod.getMetadata().getNamespace();
    String job = namespace + "/" + PodMarks.ownerName(pod);
    int number = made.computeIfAbsent(job, k -> new AtomicInteger()).getAndIncrement();
    Found found = scripts.getOrDefault(job, n -> Found.keys(List.of())).apply(number);
    if (found.failure() != null) {
      return found.failure();
    }
    PackedKeys keys = PackedKeys.of(found.keys());
    StringBuilder log = new StringBuilder("poolwright: reads the store\n");
    keys.print(line -> log.append(line).append('\n'));
    if (found.cut()) {
      log.setLength(log.length() - 10);
    }
    logs.put("/containerLogs/" + namespace + "/" + pod.getMetadata().getName() + "/list", log + "");
    register(PodMarks.machine(pod));
    return "{\"entries\":%d,\"perPart\":%d,\"digest\":\"%s\"}"
        .formatted(keys.count(), keys.perPart(), keys.digest());
  }

  /** The API server asks the kubelet of the machine, where the Node says that it is. */
  private void register(String machine) {
    Node node =
        client
            .resource(new NodeBuilder().withNewMetadata().withName(machine).endMetadata().build())
            .create();
    client
        .resource(
            new NodeBuilder(node)
                .withNewStatus()
                .addNewAddress("127.0.0.1", "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(server.getAddress().getPort())
                .endDaemonEndpoints()
                .endStatus()
                .build())
        .updateStatus();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
