package io.poolwright.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operator's whole configuration.
 *
 * @param image image of the agent's containers
 * @param imagePullPolicy pull policy of that image
 * @param namespace the operator's own namespace
 * @param leaderElection whether a Lease decides who works
 * @param watchNamespaces namespaces served; empty for all
 * @param httpPort port of health and metrics
 * @param startTimeout how long a pod may fail to start
 * @param samplePeriod how often the variables of autoscale formulas are sampled
 * @param isolatePools whether pools are kept apart by NetworkPolicies
 * @param jobTokens whether tasks may have a token for the API server
 * @param logLevel level of Poolwright's own loggers
 */
public record OperatorConfig(
    String image,
    ImagePullPolicy imagePullPolicy,
    String namespace,
    boolean leaderElection,
    Set<String> watchNamespaces,
    int httpPort,
    Duration startTimeout,
    Duration samplePeriod,
    boolean isolatePools,
    boolean jobTokens,
    LogLevel logLevel) {

  public OperatorConfig {
    watchNamespaces = Set.copyOf(watchNamespaces);
  }

  /**
   * Reads the environment.
   *
   * @throws InvalidConfigurationException if any value is missing or wrong, naming all of them
   */
  public static OperatorConfig from(Map<String, String> env) {
    EnvironmentReader reader = new EnvironmentReader(env);
    OperatorConfig config =
        new OperatorConfig(
            reader.image(ConfigKey.IMAGE),
            reader.choice(ConfigKey.IMAGE_PULL_POLICY, ImagePullPolicy.IfNotPresent),
            reader.namespace(ConfigKey.NAMESPACE),
            reader.bool(ConfigKey.LEADER_ELECTION),
            reader.namespaces(ConfigKey.WATCH_NAMESPACES),
            reader.port(ConfigKey.HTTP_PORT),
            reader.duration(ConfigKey.START_TIMEOUT, Duration.ofSeconds(1), Duration.ofHours(24)),
            reader.duration(ConfigKey.SAMPLE_PERIOD, Duration.ofSeconds(5), Duration.ofSeconds(30)),
            reader.bool(ConfigKey.ISOLATE_POOLS),
            reader.bool(ConfigKey.JOB_TOKENS),
            reader.choice(ConfigKey.LOG_LEVEL, LogLevel.INFO));
    List<String> problems = reader.problems();
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return config;
  }
}
