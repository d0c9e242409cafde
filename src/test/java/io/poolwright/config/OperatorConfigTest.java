package io.poolwright.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OperatorConfigTest {
  private static final Map<String, String> REQUIRED =
      Map.of("POOLWRIGHT_IMAGE", "poolwright:dev", "POOLWRIGHT_NAMESPACE", "poolwright-system");

  @Test
  void whatIsNotSetHasItsDefault() {
    OperatorConfig config = OperatorConfig.from(REQUIRED);

    assertThat(config)
        .isEqualTo(
            new OperatorConfig(
                "poolwright:dev",
                ImagePullPolicy.IfNotPresent,
                "poolwright-system",
                true,
                Set.of(),
                8080,
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                false,
                false,
                LogLevel.INFO));
  }

  @ParameterizedTest
  @EnumSource(ConfigKey.class)
  void blankCountsAsNotSet(ConfigKey key) {
    Map<String, String> env = new HashMap<>(REQUIRED);
    if (key.defaultValue() == null) {
      env.put(key.variable(), "  ");
      assertThatThrownBy(() -> OperatorConfig.from(env))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining(key.variable() + " is not set: give " + key.accepted());
    } else {
      env.put(key.variable(), " ");
      assertThat(OperatorConfig.from(env)).isEqualTo(OperatorConfig.from(REQUIRED));
    }
  }

  static Stream<Arguments> values() {
    return Stream.of(
        value(
            "IMAGE",
            "reg.example.org:5000/a/b:1.0",
            OperatorConfig::image,
            "reg.example.org:5000/a/b:1.0"),
        value(
            "IMAGE",
            "a/b@sha256:" + "0a".repeat(32),
            OperatorConfig::image,
            "a/b@sha256:" + "0a".repeat(32)),
        value(
            "IMAGE",
            "a/b:1@sha256:" + "0a".repeat(32),
            OperatorConfig::image,
            "a/b:1@sha256:" + "0a".repeat(32)),
        value(
            "IMAGE_PULL_POLICY", "Always", OperatorConfig::imagePullPolicy, ImagePullPolicy.Always),
        value("IMAGE_PULL_POLICY", "never", OperatorConfig::imagePullPolicy, ImagePullPolicy.Never),
        value("NAMESPACE", "batch", OperatorConfig::namespace, "batch"),
        value("LEADER_ELECTION", "false", OperatorConfig::leaderElection, false),
        value("LEADER_ELECTION", "True", OperatorConfig::leaderElection, true),
        value("WATCH_NAMESPACES", "a", OperatorConfig::watchNamespaces, Set.of("a")),
        value("WATCH_NAMESPACES", "b-2, a", OperatorConfig::watchNamespaces, Set.of("a", "b-2")),
        value("HTTP_PORT", "9090", OperatorConfig::httpPort, 9090),
        value("HTTP_PORT", "65535", OperatorConfig::httpPort, 65535),
        value("START_TIMEOUT", "90s", OperatorConfig::startTimeout, Duration.ofSeconds(90)),
        value("START_TIMEOUT", "1500ms", OperatorConfig::startTimeout, Duration.ofMillis(1500)),
        value("START_TIMEOUT", "5m", OperatorConfig::startTimeout, Duration.ofMinutes(5)),
        value("START_TIMEOUT", "2h", OperatorConfig::startTimeout, Duration.ofHours(2)),
        value("START_TIMEOUT", "PT10M", OperatorConfig::startTimeout, Duration.ofMinutes(10)),
        value("SAMPLE_PERIOD", "5s", OperatorConfig::samplePeriod, Duration.ofSeconds(5)),
        value("ISOLATE_POOLS", "true", OperatorConfig::isolatePools, true),
        value("JOB_TOKENS", "true", OperatorConfig::jobTokens, true),
        value("LOG_LEVEL", "debug", OperatorConfig::logLevel, LogLevel.DEBUG),
        value("LOG_LEVEL", "WARN", OperatorConfig::logLevel, LogLevel.WARN));
  }

  private static Arguments value(
      String key, String text, Function<OperatorConfig, Object> read, Object expected) {
    return Arguments.of("POOLWRIGHT_" + key, text, read, expected);
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("values")
  void aVariableSetsItsValue(
      String variable, String text, Function<OperatorConfig, Object> read, Object expected) {
    assertThat(read.apply(OperatorConfig.from(with(variable, text)))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '=',
      value = {
        "POOLWRIGHT_IMAGE=two words",
        "POOLWRIGHT_IMAGE=https://reg/a",
        "POOLWRIGHT_IMAGE_PULL_POLICY=Sometimes",
        "POOLWRIGHT_NAMESPACE=Upper",
        "POOLWRIGHT_LEADER_ELECTION=yes",
        "POOLWRIGHT_WATCH_NAMESPACES=a,,b",
        "POOLWRIGHT_WATCH_NAMESPACES=a b",
        "POOLWRIGHT_HTTP_PORT=0",
        "POOLWRIGHT_HTTP_PORT=65536",
        "POOLWRIGHT_HTTP_PORT=tcp://10.0.0.1:80",
        "POOLWRIGHT_START_TIMEOUT=120",
        "POOLWRIGHT_START_TIMEOUT=0s",
        "POOLWRIGHT_START_TIMEOUT=25h",
        "POOLWRIGHT_START_TIMEOUT=soon",
        "POOLWRIGHT_LOG_LEVEL=loud"
      })
  void aBadValueNamesItsKeyAndWhatToGive(String variable, String text) {
    ConfigKey key =
        Stream.of(ConfigKey.values())
            .filter(k -> k.variable().equals(variable))
            .findFirst()
            .orElseThrow();

    assertThat(problems(with(variable, text)))
        .singleElement()
        .asString()
        .startsWith(variable + " is \"" + text + "\"")
        .contains("give " + key.accepted());
  }

  @Test
  void allBadValuesAreReportedAtOnce() {
    Map<String, String> env =
        Map.of(
            "POOLWRIGHT_NAMESPACE", "batch",
            "POOLWRIGHT_HTTP_PORT", "eighty",
            "POOLWRIGHT_LOG_LEVEL", "loud");

    assertThat(problems(env))
        .containsExactly(
            "POOLWRIGHT_IMAGE is not set: give an image reference, such as"
                + " registry.example.org/poolwright:0.1.0.",
            "POOLWRIGHT_HTTP_PORT is \"eighty\", which is not accepted: give a port from 1 to"
                + " 65535, or leave it out for 8080.",
            "POOLWRIGHT_LOG_LEVEL is \"loud\", which is not accepted: give TRACE, DEBUG, INFO,"
                + " WARN or ERROR, or leave it out for INFO.");
  }

  @Test
  void otherVariablesAreNobodysBusiness() {
    assertThat(OperatorConfig.from(with("POOLWRIGHT_PORT", "tcp://10.0.0.1:80")))
        .isEqualTo(OperatorConfig.from(REQUIRED));
  }

  private static List<String> problems(Map<String, String> env) {
    return catchThrowableOfType(InvalidConfigurationException.class, () -> OperatorConfig.from(env))
        .problems();
  }

  private static Map<String, String> with(String variable, String text) {
    Map<String, String> env = new HashMap<>(REQUIRED);
    env.put(variable, text);
    return env;
  }
}
