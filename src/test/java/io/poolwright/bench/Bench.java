package io.poolwright.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.cluster.Clients;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * What every benchmark on a cluster has: a namespace of its own and an operator that serves it.
 * Both are gone afterwards, also when it is interrupted.
 */
record Bench(
    Settings settings,
    KubernetesClient client,
    String namespace,
    Grounds grounds,
    OperatorProcess operator,
    AuditLog audit) {

  /** The benchmark. */
  interface Body {
    /** Returns whether it is as it must be. */
    boolean run(Bench bench) throws Exception;
  }

  /**
   * Ends the process: with 0, with 1 where the body says no, with 2 for arguments that it cannot
   * read.
   */
  static void main(String[] args, Body body) throws Exception {
    Settings settings;
    try {
      settings = Settings.of(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println("dev/bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    // The tables are on standard output, and the client's remarks would be among them.
    if (LoggerFactory.getLogger("io.fabric8") instanceof Logger client) {
      client.setLevel(Level.ERROR);
    }
    Config config = Config.fromKubeconfig(Files.readString(settings.kubeconfig()));
    // Otherwise the client reads the kubeconfig again for each request.
    config.setAutoConfigure(false);
    String namespace = "bench-" + ProcessHandle.current().pid();
    boolean well;
    try (KubernetesClient client = Clients.build(config, Map.of());
        Grounds grounds = new Grounds(client, namespace);
        OperatorProcess operator =
            new OperatorProcess(settings, grounds.operatorKubeconfig(settings.work()), namespace)) {
      Thread interrupted = new Thread(() -> abandon(operator, grounds));
      Runtime.getRuntime().addShutdownHook(interrupted);
      operator.awaitReady();
      AuditLog audit = new AuditLog(settings.auditLog(), namespace);
      well = body.run(new Bench(settings, client, namespace, grounds, operator, audit));
      Runtime.getRuntime().removeShutdownHook(interrupted);
    }
    System.exit(well ? 0 : 1);
  }

  private static void abandon(OperatorProcess operator, Grounds grounds) {
    grounds.close();
    operator.close();
  }
}
