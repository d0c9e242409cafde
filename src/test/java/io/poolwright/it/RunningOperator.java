package io.poolwright.it;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.cluster.Clients;
import io.poolwright.config.ImagePullPolicy;
import io.poolwright.config.LogLevel;
import io.poolwright.config.OperatorConfig;
import io.poolwright.main.PoolwrightOperator;
import io.poolwright.metrics.BuildInfo;
import io.poolwright.metrics.OperatorMetrics;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The operator in this process, for one namespace, under the shipped roles. */
final class RunningOperator implements AutoCloseable {
  private static final AtomicInteger INSTANCES = new AtomicInteger();

  private final KubernetesClient client;
  private final PoolwrightOperator operator;
  private final Tap tap;
  private final CollectorRegistry registry;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RunningOperator(
      KubernetesClient client, PoolwrightOperator operator, Tap tap, CollectorRegistry registry) {
    this.client = client;
    this.operator = operator;
    this.tap = tap;
    this.registry = registry;
  }

  static RunningOperator start(ApiServer api, String namespace) {
    return start(api, namespace, Tap.counting(), false);
  }

  /** One that keeps pools apart. */
  static RunningOperator isolating(ApiServer api, String namespace, Tap tap) {
    return start(api, Set.of(namespace), tap, false, true);
  }

  static RunningOperator start(ApiServer api, String namespace, Tap tap, boolean leaderElection) {
    return start(api, Set.of(namespace), tap, leaderElection);
  }

  static RunningOperator start(
      ApiServer api, Set<String> namespaces, Tap tap, boolean leaderElection) {
    return start(api, namespaces, tap, leaderElection, false);
  }

  private static RunningOperator start(
      ApiServer api,
      Set<String> namespaces,
      Tap tap,
      boolean leaderElection,
      boolean isolatePools) {
    KubernetesClient client = Clients.ofOperator(api.operatorConfig(), Map.of("tap", tap));
    OperatorConfig config =
        new OperatorConfig(
            "poolwright:test",
            ImagePullPolicy.IfNotPresent,
            ApiServer.OPERATOR_NAMESPACE,
            leaderElection,
            namespaces,
            0,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            isolatePools,
            true,
            LogLevel.INFO);
    String identity = "operator-" + INSTANCES.incrementAndGet();
    CollectorRegistry registry = new CollectorRegistry(true);
    PoolwrightOperator operator =
        new PoolwrightOperator(
            client,
            config,
            new OperatorMetrics(registry, new BuildInfo("test", "test")),
            Clock.systemUTC(),
            identity,
            tap::kill);
    RunningOperator running = new RunningOperator(client, operator, tap, registry);
    operator.start();
    return running;
  }

  Tap tap() {
    return tap;
  }

  /** What a scrape would show of the nodes of all pools; 0 where it would show nothing. */
  double nodes(String state) {
    Double shown =
        registry.getSampleValue("poolwright_nodes", new String[] {"state"}, new String[] {state});
    return shown == null ? 0 : shown;
  }

  /**
   * As SIGKILL: nothing more gets out. What is left of it in this process is cleared away aside.
   */
  void kill() {
    tap.kill();
    Thread.ofPlatform().daemon().name("clear-away").start(this::close);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        operator.close();
      } finally {
        client.close();
      }
    }
  }
}
