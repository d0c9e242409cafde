package io.poolwright.it;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.build.CrdFiles;
import io.poolwright.chart.ShippedRbac;
import io.poolwright.cluster.Clients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One real kube-apiserver and etcd for all tests of this process, with our CRDs and the shipped
 * roles in it. There is no controller manager: nothing is collected when its owner goes.
 */
final class ApiServer {
  static final String OPERATOR_NAMESPACE = "poolwright-system";
  private static final String ACCOUNT = "poolwright";

  private final Path directory = ownDirectory();
  private final KubeAPIServer server;
  private final Config adminConfig;
  private final KubernetesClient admin;
  private final FakeKubelet kubelet;
  private final AtomicInteger namespaces = new AtomicInteger();

  private ApiServer() {
    server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(directory.toString())
                .withOfflineMode(true)
                // Many operators and one kubelet at once are no tenants to be fair between.
                .withApiServerFlag("--enable-priority-and-fairness=false")
                .build());
    server.start();
    adminConfig = config(server.getKubeConfigYaml());
    admin = Clients.build(adminConfig, Map.of());
    applyCrds();
    applyRoles();
    kubelet = new FakeKubelet(admin);
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-api-server"));
  }

  private static final class Holder {
    private static final ApiServer ONE = new ApiServer();
  }

  static ApiServer running() {
    return Holder.ONE;
  }

  KubernetesClient admin() {
    return admin;
  }

  FakeKubelet kubelet() {
    return kubelet;
  }

  /** What the operator's ServiceAccount may do, and no more. */
  Config operatorConfig() {
    return new ConfigBuilder(adminConfig)
        .withImpersonateUsername("system:serviceaccount:" + OPERATOR_NAMESPACE + ":" + ACCOUNT)
        .withImpersonateGroups(
            "system:serviceaccounts",
            "system:serviceaccounts:" + OPERATOR_NAMESPACE,
            "system:authenticated")
        .build();
  }

  /** As a ServiceAccount, with a token of its own. */
  KubernetesClient as(String namespace, String account) {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(account)
            .tokenRequest(new TokenRequest())
            .getStatus()
            .getToken();
    return Clients.build(
        new ConfigBuilder(adminConfig)
            .withClientCertData(null)
            .withClientCertFile(null)
            .withClientKeyData(null)
            .withClientKeyFile(null)
            .withOauthToken(token)
            .build(),
        Map.of());
  }

  String newNamespace(String about) {
    String name = about + "-" + namespaces.incrementAndGet();
    createNamespace(name);
    return name;
  }

  /** Pod Security refuses here whatever is not restricted. */
  private void createNamespace(String name) {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
  }

  private void stop() {
    kubelet.close();
    admin.close();
    server.stop();
    // The programs are behind a link, which goes; what it points to stays.
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Certificates are written into the directory: each process has its own, with the programs linked
   * into it.
   */
  private static Path ownDirectory() {
    try {
      Path directory = Files.createTempDirectory("poolwright-api-server");
      Files.createSymbolicLink(directory.resolve("k8s"), assets().resolve("k8s"));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path assets() throws IOException {
    String given = System.getenv("POOLWRIGHT_KUBE_ASSETS");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    Process process =
        new ProcessBuilder("dev/cluster", "assets")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.onExit().join().exitValue() != 0 || output.isEmpty()) {
      throw new IllegalStateException(
          "dev/cluster assets did not say where kube-apiserver and etcd are");
    }
    return Path.of(output.lines().toList().getLast());
  }

  /**
   * Once, and without looking for files: a client certificate would otherwise be read again with
   * every request.
   */
  private static Config config(String kubeconfig) {
    Config read = Config.fromKubeconfig(kubeconfig);
    return new ConfigBuilder(Config.empty())
        .withAutoConfigure(false)
        .withMasterUrl(read.getMasterUrl())
        .withCaCertFile(read.getCaCertFile())
        .withCaCertData(read.getCaCertData())
        .withClientCertFile(read.getClientCertFile())
        .withClientCertData(read.getClientCertData())
        .withClientKeyFile(read.getClientKeyFile())
        .withClientKeyData(read.getClientKeyData())
        .withTrustCerts(read.isTrustCerts())
        .withMaxConcurrentRequests(512)
        .withMaxConcurrentRequestsPerHost(512)
        .build();
  }

  private void applyCrds() {
    List<CustomResourceDefinition> crds =
        CrdFiles.generate().values().stream()
            .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
            .toList();
    crds.forEach(crd -> admin.resource(crd).create());
    crds.forEach(crd ->
        admin.resource(crd).waitUntilCondition(ApiServer::established, 30, TimeUnit.SECONDS));
  }

  private static boolean established(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  private void applyRoles() {
    createNamespace(OPERATOR_NAMESPACE);
    Subject account =
        new SubjectBuilder()
            .withKind("ServiceAccount")
            .withName(ACCOUNT)
            .withNamespace(OPERATOR_NAMESPACE)
            .build();
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .withNamespace(OPERATOR_NAMESPACE)
                .endMetadata()
                .build())
        .create();
    for (ClusterRole role : List.of(ShippedRbac.operator(), ShippedRbac.tokens())) {
      admin.resource(role).create();
      admin
          .resource(
              new ClusterRoleBindingBuilder()
                  .withNewMetadata()
                  .withName(role.getMetadata().getName())
                  .endMetadata()
                  .withNewRoleRef(
                      "rbac.authorization.k8s.io", "ClusterRole", role.getMetadata().getName())
                  .withSubjects(account)
                  .build())
          .create();
    }
    ShippedRbac.policies().forEach(p -> admin.resource(p).create());
    admin.resource(ShippedRbac.leases(OPERATOR_NAMESPACE)).create();
    admin
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .withNamespace(OPERATOR_NAMESPACE)
                .endMetadata()
                .withNewRoleRef(
                    "rbac.authorization.k8s.io",
                    "Role",
                    ShippedRbac.leases(OPERATOR_NAMESPACE).getMetadata().getName())
                .withSubjects(account)
                .build())
        .create();
  }
}
