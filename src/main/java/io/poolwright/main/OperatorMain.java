package io.poolwright.main;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.WriteCounter;
import io.poolwright.config.InvalidConfigurationException;
import io.poolwright.config.OperatorConfig;
import io.poolwright.metrics.BuildInfo;
import io.poolwright.metrics.HttpEndpoints;
import io.poolwright.metrics.OperatorMetrics;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's process. Exit code 2: the configuration is wrong; 1: it lost the lead, or could
 * not start.
 */
public final class OperatorMain {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  private OperatorMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    OperatorConfig config;
    try {
      config = OperatorConfig.from(System.getenv());
    } catch (InvalidConfigurationException e) {
      LOG.atError().log("{}", e.getMessage());
      System.exit(2);
      return;
    }
    run(config);
  }

  private static void run(OperatorConfig config) throws IOException, InterruptedException {
    CollectorRegistry registry = new CollectorRegistry(true);
    OperatorMetrics metrics = new OperatorMetrics(registry, build());
    String host = System.getenv().getOrDefault("HOSTNAME", "operator");
    KubernetesClient client =
        Clients.ofOperator(Config.autoConfigure(null), Map.of("writes", new WriteCounter(metrics)));
    PoolwrightOperator operator =
        new PoolwrightOperator(
            client,
            config,
            metrics,
            Clock.systemUTC(),
            host + "_" + UUID.randomUUID(),
            // Another process may write from now on: nothing of ours may be finished first.
            () -> Runtime.getRuntime().halt(1));
    HttpEndpoints http =
        new HttpEndpoints(config.httpPort(), registry, operator::live, operator::ready);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  operator.close();
                  http.close();
                  client.close();
                  stopped.countDown();
                },
                "shutdown"));
    try {
      if (answers(client, stopped)) {
        operator.start();
        LOG.atInfo().log("Poolwright {} is up", build().version());
      }
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("could not start");
      Runtime.getRuntime().halt(1);
    }
    stopped.await();
  }

  /**
   * Waits for the API server: ending over its absence, this process would only be started later and
   * later. Returns false where it was told to stop meanwhile.
   */
  private static boolean answers(KubernetesClient client, CountDownLatch stopped)
      throws InterruptedException {
    boolean said = false;
    do {
      try {
        client.getKubernetesVersion();
        return true;
      } catch (KubernetesClientException e) {
        if (e.getCode() != 0 && e.getCode() < 500) {
          return true;
        }
        if (!said) {
          LOG.atWarn().log("waits for the API server: {}", e.getMessage());
          said = true;
        }
      }
    } while (!stopped.await(1, TimeUnit.SECONDS));
    return false;
  }

  private static BuildInfo build() {
    String version = OperatorMain.class.getPackage().getImplementationVersion();
    String revision = OperatorMain.class.getPackage().getSpecificationVersion();
    return new BuildInfo(
        version == null ? "dev" : version, revision == null ? "unknown" : revision);
  }
}
