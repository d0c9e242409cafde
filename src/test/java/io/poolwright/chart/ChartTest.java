package io.poolwright.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.poolwright.config.ConfigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the chart without rendering it. */
class ChartTest {
  private static final Path CHART = Path.of("helm", "poolwright");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> KINDS =
      Set.of("pools", "jobs", "jobschedules", "tasks", "applicationpackages");

  static Stream<List<PolicyRule>> allRules() {
    return Stream.of(
        ShippedRbac.operator().getRules(),
        ShippedRbac.leases("poolwright-system").getRules(),
        ShippedRbac.view().getRules(),
        ShippedRbac.edit().getRules());
  }

  @ParameterizedTest
  @MethodSource("allRules")
  void noRoleReachesBeyondItsTask(List<PolicyRule> rules) {
    assertThat(rules).isNotEmpty();
    assertThat(grants(rules))
        .noneMatch(grant -> grant.contains("*"))
        .noneMatch(grant -> grant.matches(".* (escalate|bind|impersonate)"))
        .noneMatch(grant -> grant.matches("/(secrets|nodes|configmaps|serviceaccounts)\\b.*"))
        .noneMatch(grant -> grant.matches("/pods/(exec|attach|portforward|ephemeralcontainers).*"))
        .noneMatch(grant -> grant.startsWith("rbac.authorization.k8s.io/"))
        .noneMatch(grant -> grant.startsWith("apiextensions.k8s.io/"));
    assertThat(rules).allMatch(rule -> rule.getNonResourceURLs().isEmpty());
  }

  @Test
  void theOperatorMayDoExactlyThis() {
    assertThat(grants(ShippedRbac.operator().getRules()))
        .containsExactlyInAnyOrderElementsOf(
            expected(
                "poolwright.io/pools get list watch create patch delete",
                "poolwright.io/jobs get list watch create patch delete",
                "poolwright.io/jobschedules get list watch",
                "poolwright.io/applicationpackages get list watch",
                "poolwright.io/tasks get list watch create",
                "poolwright.io/pools/status get update patch",
                "poolwright.io/jobs/status get update patch",
                "poolwright.io/tasks/status get update patch",
                "poolwright.io/applicationpackages/status get update patch",
                "poolwright.io/jobschedules/status get update patch",
                "poolwright.io/pools/finalizers update",
                "poolwright.io/jobs/finalizers update",
                "poolwright.io/tasks/finalizers update",
                "poolwright.io/applicationpackages/finalizers update",
                "poolwright.io/jobschedules/finalizers update",
                "/pods get list watch create delete patch",
                "/pods/resize patch",
                "/pods/log get",
                "apps/controllerrevisions get create",
                "/persistentvolumeclaims get patch",
                "/services get list watch create update delete",
                "networking.k8s.io/networkpolicies get list watch create update delete",
                "events.k8s.io/events create list"));
    assertThat(grants(ShippedRbac.tokens().getRules()))
        .containsExactlyInAnyOrderElementsOf(
            expected(
                "/serviceaccounts get create",
                "rbac.authorization.k8s.io/roles get create",
                "rbac.authorization.k8s.io/rolebindings get create"));
    assertThat(grants(ShippedRbac.leases("any").getRules()))
        .containsExactlyInAnyOrderElementsOf(
            expected("coordination.k8s.io/leases get create update patch"));
  }

  @Test
  void usersReadAndChangeEveryKindButNoStatus() {
    assertThat(grants(ShippedRbac.view().getRules()))
        .containsExactlyInAnyOrderElementsOf(onEveryKind("get list watch", "get"));
    assertThat(grants(ShippedRbac.edit().getRules()))
        .containsExactlyInAnyOrderElementsOf(
            onEveryKind("create update patch delete deletecollection", "update patch"));
  }

  private static List<String> onEveryKind(String verbs, String scaleVerbs) {
    return Stream.concat(
            KINDS.stream()
                .flatMap(kind -> expected("poolwright.io/" + kind + " " + verbs).stream()),
            expected("poolwright.io/pools/scale " + scaleVerbs).stream())
        .toList();
  }

  @Test
  void theDeploymentSetsEveryVariableOfTheOperator() throws IOException {
    Matcher names =
        Pattern.compile("- name: (POOLWRIGHT_\\w+)")
            .matcher(Files.readString(CHART.resolve("templates/deployment.yaml")));

    assertThat(names.results().map(found -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ConfigKey.values()).map(ConfigKey::variable).toList());
  }

  @Test
  void theDefaultsOfTheChartAreThoseOfTheOperator() throws IOException {
    JsonNode values = YAML.readTree(CHART.resolve("values.yaml").toFile());

    assertThat(values.at("/startTimeout").asText())
        .isEqualTo(ConfigKey.START_TIMEOUT.defaultValue());
    assertThat(values.at("/samplePeriod").asText())
        .isEqualTo(ConfigKey.SAMPLE_PERIOD.defaultValue());
    assertThat(values.at("/networkPolicy/isolatePools").asText())
        .isEqualTo(ConfigKey.ISOLATE_POOLS.defaultValue());
    assertThat(values.at("/jobTokens/enabled").asText())
        .isEqualTo(ConfigKey.JOB_TOKENS.defaultValue());
    assertThat(values.at("/logLevel").asText()).isEqualTo(ConfigKey.LOG_LEVEL.defaultValue());
    assertThat(values.at("/image/pullPolicy").asText())
        .isEqualTo(ConfigKey.IMAGE_PULL_POLICY.defaultValue());
    assertThat(values.at("/leaderElection/enabled").asText())
        .isEqualTo(ConfigKey.LEADER_ELECTION.defaultValue());
    assertThat(values.at("/watchNamespaces")).isEmpty();
  }

  @Test
  void everyValueIsInTheSchemaAndExplainedInTheReadme() throws IOException {
    JsonNode values = YAML.readTree(CHART.resolve("values.yaml").toFile());
    JsonNode schema = new ObjectMapper().readTree(CHART.resolve("values.schema.json").toFile());
    String readme = Files.readString(CHART.resolve("README.md"));

    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    Set<String> declared = names(schema.path("properties"));
    declared.remove("global");
    assertThat(declared).isEqualTo(names(values));
    assertThat(declared).allSatisfy(name -> assertThat(readme).contains("`" + name));
    assertThat(loose(schema, "")).isEmpty();
  }

  /** Objects with named properties that would let a misspelt one pass. */
  private static List<String> loose(JsonNode schema, String at) {
    List<String> found = new ArrayList<>();
    JsonNode properties = schema.path("properties");
    if (!properties.isEmpty() && schema.path("additionalProperties").asBoolean(true)) {
      found.add(at);
    }
    properties
        .properties()
        .forEach(each -> found.addAll(loose(each.getValue(), at + "/" + each.getKey())));
    if (schema.has("items")) {
      found.addAll(loose(schema.path("items"), at + "[]"));
    }
    return found;
  }

  private static Set<String> names(JsonNode object) {
    return object
        .propertyStream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Each grant as "group/resource verb". */
  private static List<String> grants(List<PolicyRule> rules) {
    return rules.stream()
        .flatMap(rule ->
            rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream().map(name -> group + "/" + name))
                .flatMap(what -> rule.getVerbs().stream().map(verb -> what + " " + verb)))
        .toList();
  }

  private static List<String> expected(String... resourceAndVerbs) {
    List<String> grants = new ArrayList<>();
    for (String line : resourceAndVerbs) {
      String[] words = line.split(" ");
      for (String verb : List.of(words).subList(1, words.length)) {
        grants.add(words[0] + " " + verb);
      }
    }
    return grants;
  }
}
