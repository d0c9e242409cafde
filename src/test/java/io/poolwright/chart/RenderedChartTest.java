package io.poolwright.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.config.ConfigKey;
import io.poolwright.config.ImagePullPolicy;
import io.poolwright.config.LogLevel;
import io.poolwright.config.OperatorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart makes of its values; needs the helm program. */
class RenderedChartTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  private final Helm helm =
      Helm.find().orElseGet(() -> abort("no helm program: run dev/cluster build, or install it"));

  @Test
  void lintFindsNothing() {
    Helm.Answer lint = helm.run("lint", "--strict", Path.of("helm", "poolwright").toString());

    assertThat(lint.exit()).as(lint.output()).isZero();
  }

  @Test
  void theOperatorUnderstandsWhatTheChartTellsIt() {
    assertThat(config())
        .isEqualTo(
            new OperatorConfig(
                "poolwright:0.1.0",
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
    assertThat(
            config(
                "--set=agentImage.repository=registry.example.org:5000/agent",
                "--set-string=agentImage.tag=7",
                "--set=agentImage.pullPolicy=Always",
                "--set=leaderElection.enabled=false",
                "--set=watchNamespaces={a,b}",
                "--set=startTimeout=5m",
                "--set=samplePeriod=10s",
                "--set=networkPolicy.isolatePools=true",
                "--set=jobTokens.enabled=true",
                "--set=logLevel=DEBUG"))
        .isEqualTo(
            new OperatorConfig(
                "registry.example.org:5000/agent:7",
                ImagePullPolicy.Always,
                "poolwright-system",
                false,
                Set.of("a", "b"),
                8080,
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                true,
                true,
                LogLevel.DEBUG));
  }

  @Test
  void theAgentsImageIsTheOperatorsUnlessGiven() {
    assertThat(config("--set=image.digest=" + DIGEST).image()).isEqualTo("poolwright@" + DIGEST);
    assertThat(config("--set=image.tag=v1", "--set=image.digest=" + DIGEST).image())
        .isEqualTo("poolwright:v1@" + DIGEST);
    // The digest of one image is not that of another tag.
    assertThat(config("--set=image.digest=" + DIGEST, "--set=agentImage.tag=v2").image())
        .isEqualTo("poolwright:v2");
  }

  @Test
  void theOperatorsPodMeetsRestrictedPodSecurity() {
    PodSpec pod = one(Deployment.class, objects()).getSpec().getTemplate().getSpec();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65532);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getVolumes()).allMatch(volume -> volume.getEmptyDir() != null);
    assertThat(pod.getContainers())
        .allSatisfy(container -> {
          assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
          assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
          assertThat(container.getSecurityContext().getCapabilities().getDrop())
              .containsExactly("ALL");
          assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
          assertThat(
                  Stream.of(
                      container.getStartupProbe(),
                      container.getLivenessProbe(),
                      container.getReadinessProbe()))
              .doesNotContainNull();
        });
  }

  @Test
  void theRolesAreThoseOfTheFiles() {
    List<HasMetadata> objects = objects();

    assertThat(objects)
        .filteredOn(ClusterRole.class::isInstance)
        .map(role -> ((ClusterRole) role).getRules())
        .containsExactlyInAnyOrder(
            ShippedRbac.operator().getRules(),
            ShippedRbac.view().getRules(),
            ShippedRbac.edit().getRules());
    assertThat(one(Role.class, objects).getRules())
        .isEqualTo(ShippedRbac.leases("poolwright-system").getRules());
    assertThat(objects).noneMatch(object -> object.getKind().equals("Secret"));
  }

  @Test
  void anOperatorOfSomeNamespacesHasNothingClusterWide() {
    List<HasMetadata> objects =
        objects(
            "--set=watchNamespaces={a,b}",
            "--set=rbac.aggregate=false",
            "--set=crds.enabled=false");

    assertThat(objects).allMatch(object -> object.getMetadata().getNamespace() != null);
    assertThat(objects)
        .filteredOn(object -> object.getMetadata().getName().equals("poolwright"))
        .filteredOn(Role.class::isInstance)
        .map(role -> (Role) role)
        .allMatch(role -> role.getRules().equals(ShippedRbac.operator().getRules()))
        .map(role -> role.getMetadata().getNamespace())
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void withTokensTheOperatorMayMakeAccountsAndThePolicyHolds() {
    List<HasMetadata> objects = objects("--set=jobTokens.enabled=true");

    assertThat(objects)
        .filteredOn(ClusterRole.class::isInstance)
        .filteredOn(role -> role.getMetadata().getName().equals("poolwright"))
        .map(role -> ((ClusterRole) role).getRules())
        .containsExactly(
            Stream.concat(
                    ShippedRbac.operator().getRules().stream(),
                    ShippedRbac.tokens().getRules().stream())
                .toList());
    assertThat(objects)
        .filteredOn(o -> o.getKind().startsWith("ValidatingAdmissionPolicy"))
        .map(o -> o.getMetadata().getName())
        .containsExactly("poolwright-job-tokens", "poolwright-job-tokens");
    assertThat(objects)
        .filteredOn(ValidatingAdmissionPolicyBinding.class::isInstance)
        .map(o -> ((ValidatingAdmissionPolicyBinding) o).getSpec().getPolicyName())
        .containsExactly("poolwright-job-tokens");
    assertThat(objects()).noneMatch(o -> o.getKind().startsWith("ValidatingAdmissionPolicy"));
  }

  @Test
  void replicasDecideHowTheyAreReplaced() {
    assertThat(objects()).noneMatch(PodDisruptionBudget.class::isInstance);
    List<HasMetadata> two = objects("--set=replicas=2");
    assertThat(one(PodDisruptionBudget.class, two).getSpec().getMaxUnavailable().getIntVal())
        .isOne();

    List<HasMetadata> alone = objects("--set=leaderElection.enabled=false");
    assertThat(one(Deployment.class, alone).getSpec().getStrategy().getType())
        .isEqualTo("Recreate");
    assertThat(alone).noneMatch(Role.class::isInstance);
  }

  @Test
  void crdsAreThoseOfTheFilesAndKeptUnlessToldOtherwise() throws IOException {
    Map<String, CustomResourceDefinitionSpec> shipped = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of("helm", "poolwright", "files", "crds"))) {
      for (Path file : files.toList()) {
        CustomResourceDefinition crd =
            Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
        shipped.put(crd.getMetadata().getName(), crd.getSpec());
      }
    }
    assertThat(shipped.keySet())
        .contains(
            "pools.poolwright.io",
            "jobs.poolwright.io",
            "jobschedules.poolwright.io",
            "tasks.poolwright.io",
            "applicationpackages.poolwright.io");

    List<CustomResourceDefinition> kept = crds("--set=crds.keep=true");
    assertThat(specs(kept)).isEqualTo(shipped);
    assertThat(kept)
        .allMatch(
            crd -> "keep".equals(crd.getMetadata().getAnnotations().get("helm.sh/resource-policy")))
        .allMatch(crd -> crd.getMetadata().getLabels().containsKey("helm.sh/chart"));
    List<CustomResourceDefinition> loose = crds("--set=crds.keep=false");
    assertThat(specs(loose)).isEqualTo(shipped);
    assertThat(loose)
        .noneMatch(
            crd -> crd.getMetadata().getAnnotations().containsKey("helm.sh/resource-policy"));
    assertThat(crds("--set=crds.enabled=false")).isEmpty();
  }

  private List<CustomResourceDefinition> crds(String... arguments) {
    return objects(arguments).stream()
        .filter(CustomResourceDefinition.class::isInstance)
        .map(CustomResourceDefinition.class::cast)
        .toList();
  }

  private static Map<String, CustomResourceDefinitionSpec> specs(
      List<CustomResourceDefinition> crds) {
    return crds.stream()
        .collect(
            Collectors.toMap(
                crd -> crd.getMetadata().getName(), CustomResourceDefinition::getSpec));
  }

  @Test
  void theServiceMonitorFindsTheService() {
    List<HasMetadata> objects = objects("--set=serviceMonitor.enabled=true");

    HasMetadata monitor = named("ServiceMonitor", objects);
    JsonNode wanted = YAML.valueToTree(monitor).at("/spec/selector/matchLabels");
    Map<String, String> labels = named("Service", objects).getMetadata().getLabels();
    assertThat(wanted.properties())
        .isNotEmpty()
        .allSatisfy(
            label -> assertThat(labels).containsEntry(label.getKey(), label.getValue().asText()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--set=imagee.tag=v1",
        "--set=image.tagg=v1",
        "--set=image.tag=7",
        "--set=image.digest=sha256:12",
        "--set=logLevel=loud",
        "--set=replicas=2,leaderElection.enabled=false",
        "--set=watchNamespaces={Upper}",
        "--set=extraEnv[0].name=POOLWRIGHT_LOG_LEVEL",
        "--set=startTimeout=soon",
        "--set=samplePeriod=often"
      })
  void wrongValuesAreRefused(String argument) {
    Helm.Answer answer = helm.template(argument);

    assertThat(answer.exit()).isNotZero();
    assertThat(answer.output()).contains("values don't meet the specifications of the schema");
  }

  private OperatorConfig config(String... arguments) {
    Container container =
        one(Deployment.class, objects(arguments))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    Map<String, String> env = new LinkedHashMap<>();
    for (EnvVar variable : container.getEnv()) {
      env.put(variable.getName(), variable.getValue() == null ? "" : variable.getValue());
    }
    // The one variable that the kubelet fills in.
    assertThat(env).containsEntry(ConfigKey.NAMESPACE.variable(), "");
    env.put(ConfigKey.NAMESPACE.variable(), "poolwright-system");
    return OperatorConfig.from(env);
  }

  private List<HasMetadata> objects(String... arguments) {
    Helm.Answer answer = helm.template(arguments);
    assertThat(answer.exit()).as(answer.output()).isZero();
    return answer.objects();
  }

  private static HasMetadata named(String kind, List<HasMetadata> objects) {
    return objects.stream()
        .filter(object -> object.getKind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static <T extends HasMetadata> T one(Class<T> type, List<HasMetadata> objects) {
    return objects.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }
}
