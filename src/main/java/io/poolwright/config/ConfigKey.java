package io.poolwright.config;

import org.jspecify.annotations.Nullable;

/** Every environment variable that the operator reads, with the words that explain it. */
public enum ConfigKey {
  IMAGE(
      "POOLWRIGHT_IMAGE",
      null,
      "an image reference, such as registry.example.org/poolwright:0.1.0",
      "Image of the agent's containers in node pods and task pods; usually the operator's own."),
  IMAGE_PULL_POLICY(
      "POOLWRIGHT_IMAGE_PULL_POLICY",
      "IfNotPresent",
      "Always, IfNotPresent or Never",
      "When the kubelet pulls that image."),
  NAMESPACE(
      "POOLWRIGHT_NAMESPACE",
      null,
      "the name of the namespace that the operator runs in",
      "Where the Lease of the leader election is kept."),
  LEADER_ELECTION(
      "POOLWRIGHT_LEADER_ELECTION",
      "true",
      "true or false",
      "Whether replicas elect a leader; turn it off only for a single replica that is never"
          + " surged."),
  WATCH_NAMESPACES(
      "POOLWRIGHT_WATCH_NAMESPACES",
      "",
      "names of namespaces separated by commas, or nothing for all",
      "Which namespaces are served."),
  HTTP_PORT(
      "POOLWRIGHT_HTTP_PORT",
      "8080",
      "a port from 1 to 65535",
      "Port of /healthz, /readyz and /metrics."),
  START_TIMEOUT(
      "POOLWRIGHT_START_TIMEOUT",
      "120s",
      "a duration from 1s to 24h, such as 120s, 2m or PT2M",
      "How long a pod may fail to start (image not found, wrong configuration) before that counts"
          + " as its failure."),
  SAMPLE_PERIOD(
      "POOLWRIGHT_SAMPLE_PERIOD",
      "30s",
      "a duration from 5s to 30s, such as 30s or PT10S",
      "How often the variables of autoscale formulas are sampled; each sample is one write of a"
          + " pool's status."),
  ISOLATE_POOLS(
      "POOLWRIGHT_ISOLATE_POOLS",
      "false",
      "true or false",
      "Whether each pool gets a NetworkPolicy that lets nobody reach its pods but, with"
          + " enableInterNodeCommunication, these each other."),
  JOB_TOKENS(
      "POOLWRIGHT_JOB_TOKENS",
      "false",
      "true or false",
      "Whether tasks with authenticationTokenSettings get a token. The operator needs the rules of"
          + " files/rbac/token-rules.yaml for it, and the cluster the policy of"
          + " files/policy/job-tokens.yaml."),
  LOG_LEVEL(
      "POOLWRIGHT_LOG_LEVEL",
      "INFO",
      "TRACE, DEBUG, INFO, WARN or ERROR",
      "Level of Poolwright's own loggers; the libraries keep theirs.");

  private final String variable;
  private final @Nullable String defaultValue;
  private final String accepted;
  private final String meaning;

  ConfigKey(String variable, @Nullable String defaultValue, String accepted, String meaning) {
    this.variable = variable;
    this.defaultValue = defaultValue;
    this.accepted = accepted;
    this.meaning = meaning;
  }

  /** The name of the environment variable. */
  public String variable() {
    return variable;
  }

  /** What counts when the variable is absent or blank; null where it must be given. */
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  /** Which values are accepted, to be read after "give" or "must be". */
  public String accepted() {
    return accepted;
  }

  /** What the value decides. */
  public String meaning() {
    return meaning;
  }
}
