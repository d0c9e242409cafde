package io.poolwright.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.cluster.Clients;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/**
 * {@code dev/bench tasks}: the operator and a native Job by turns on the same control plane and the
 * same fake nodes. Nodes and pods are played, so this measures what a task costs the control plane
 * and nothing else.
 */
final class TaskBench {
  private TaskBench() {}

  public static void main(String[] args) throws Exception {
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
    try (KubernetesClient client = Clients.build(config, Map.of());
        Grounds grounds = new Grounds(client, namespace);
        OperatorProcess operator =
            new OperatorProcess(settings, grounds.operatorKubeconfig(settings.work()), namespace)) {
      // Also when it is interrupted nothing may be left behind.
      Thread interrupted = new Thread(() -> abandon(operator, grounds));
      Runtime.getRuntime().addShutdownHook(interrupted);
      operator.awaitReady();
      grounds.pool(settings.nodes(), settings.slots());
      Report report = new Report(settings, System.out);
      report.head();
      ControlPlane cluster = new ControlPlane(settings.pids());
      AuditLog audit = new AuditLog(settings.auditLog(), namespace);
      Contender contender = new Contender(client, settings, namespace);
      List<Measured> all = new ArrayList<>();
      for (Contender.Kind kind : settings.runs()) {
        Measured measured = measure(kind, all.size(), contender, audit, cluster, operator, grounds);
        all.add(measured);
        report.line(measured);
        grounds.clear();
      }
      report.rest(all, grounds.operatorUser(), operator.peakMemory(), operator.complaints());
      Runtime.getRuntime().removeShutdownHook(interrupted);
    }
  }

  private static Measured measure(
      Contender.Kind kind,
      int number,
      Contender contender,
      AuditLog audit,
      ControlPlane cluster,
      OperatorProcess operator,
      Grounds grounds)
      throws Exception {
    long mark = audit.mark();
    double cpu = operator.cpuSeconds();
    Map<String, Duration> before = cluster.used();
    int collections = operator.collections();
    contender.run(kind, number);
    if (kind.ours()) {
      // A job may complete before the last pods are deleted, which is part of the price.
      Awaitility.await("the pods of the run are deleted")
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> grounds.pods() == 0);
    }
    Map<String, Duration> used = ControlPlane.between(before, cluster.used());
    used.put("operator", Duration.ofMillis((long) ((operator.cpuSeconds() - cpu) * 1000)));
    return Measured.of(kind, audit.since(mark), used, operator.heapSince(collections));
  }

  private static void abandon(OperatorProcess operator, Grounds grounds) {
    grounds.close();
    operator.close();
  }
}
