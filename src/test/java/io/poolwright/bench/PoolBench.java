package io.poolwright.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.cluster.Clients;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * {@code dev/bench pool}: a pool from no node to so many and back, on fake machines; how long that
 * takes, and whether the operator writes anything twice.
 */
final class PoolBench {
  private PoolBench() {}

  public static void main(String[] args) throws Exception {
    Settings settings;
    try {
      settings = Settings.of(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println("dev/bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    if (LoggerFactory.getLogger("io.fabric8") instanceof Logger client) {
      client.setLevel(Level.ERROR);
    }
    Config config = Config.fromKubeconfig(Files.readString(settings.kubeconfig()));
    config.setAutoConfigure(false);
    String namespace = "bench-" + ProcessHandle.current().pid();
    boolean once;
    try (KubernetesClient client = Clients.build(config, Map.of());
        Grounds grounds = new Grounds(client, namespace);
        OperatorProcess operator =
            new OperatorProcess(settings, grounds.operatorKubeconfig(settings.work()), namespace)) {
      Thread interrupted = new Thread(() -> abandon(operator, grounds));
      Runtime.getRuntime().addShutdownHook(interrupted);
      operator.awaitReady();
      grounds.pool(0, 1);
      AuditLog audit = new AuditLog(settings.auditLog(), namespace);
      long mark = audit.mark();
      Duration up = grounds.resize(settings.count());
      Duration down = grounds.resize(0);
      AuditLog.Writes ours = audit.since(mark).by(w -> w.user().equals(grounds.operatorUser()));
      System.out.printf(
          "0 to %d nodes: %.1f s; back: %.1f s; both: %.1f s%n",
          settings.count(),
          up.toMillis() / 1000.0,
          down.toMillis() / 1000.0,
          up.plus(down).toMillis() / 1000.0);
      ours.perKind().forEach((what, n) -> System.out.println(n + "  " + what));
      once = isOnce(ours, settings.count());
      operator.complaints().forEach(System.out::println);
      Runtime.getRuntime().removeShutdownHook(interrupted);
    }
    System.exit(once ? 0 : 1);
  }

  /** A node pod is made once and deleted once, and no write is refused. */
  private static boolean isOnce(AuditLog.Writes ours, int nodes) {
    boolean once = true;
    for (String what : Set.of("create pods", "delete pods")) {
      List<String> names =
          ours.by(w -> w.is(what)).all().stream().map(AuditLog.Write::name).sorted().toList();
      if (names.size() != nodes || names.stream().distinct().count() != nodes) {
        System.out.println(
            what + ": " + names.size() + " for " + names.stream().distinct().count() + " nodes");
        once = false;
      }
    }
    List<AuditLog.Write> refused = ours.by(w -> w.code() >= 400).all();
    refused.forEach(w -> System.out.println("refused: " + w));
    return once && refused.isEmpty();
  }

  private static void abandon(OperatorProcess operator, Grounds grounds) {
    grounds.close();
    operator.close();
  }
}
