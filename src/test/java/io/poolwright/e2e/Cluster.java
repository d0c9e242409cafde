package io.poolwright.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.cluster.Clients;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The cluster under test, made by {@code dev/cluster up}, with our chart in it as a user would
 * install it.
 */
final class Cluster {
  static final String SYSTEM = "poolwright-system";

  /**
   * A pod that cannot start counts as failed after this; the chart's own default would only make
   * the tests slow.
   */
  static final int START_TIMEOUT_SECONDS = 40;

  /**
   * With "no" the operator that is there is used as it is, and namespaces, which it may be bound
   * to, are left.
   */
  private static final boolean OURS = !"no".equals(System.getenv("POOLWRIGHT_E2E_INSTALL"));

  private static final Cluster ONLY = new Cluster();

  private final String kubeconfig;
  private final KubernetesClient client;

  private Cluster() {
    String given = System.getenv("KUBECONFIG");
    kubeconfig =
        given == null || given.isEmpty()
            ? lastLine(Program.run("dev/cluster", "kubeconfig"))
            : given;
    client = Clients.build(Config.fromKubeconfig(new File(kubeconfig)), Map.of());
    // The examples name images that a cluster without a registry does not have; Debian's programs
    // stand in for them.
    standIn("docker.io/library/busybox:poolwright", "docker.io/library/busybox:1.36");
    standIn("docker.io/library/curl:poolwright", "docker.io/curlimages/curl:8.11.1");
    if (OURS) {
      install();
    }
  }

  private static void standIn(String image, String name) {
    Program.run("dev/cluster", "ctr", "images", "tag", "--force", image, name);
  }

  static Cluster get() {
    return ONLY;
  }

  /** Whether the chart is told to keep pools apart; its user may change that at any time. */
  static void isolatePools(boolean isolate) {
    Program.run(
        "dev/cluster",
        "helm",
        "upgrade",
        "poolwright",
        "helm/poolwright",
        "--namespace",
        SYSTEM,
        "--reuse-values",
        "--wait",
        "--timeout",
        "3m",
        "--set",
        "networkPolicy.isolatePools=" + isolate);
  }

  /** What the command-line tool prints, called by the cluster's administrator. */
  String tool(String... arguments) {
    return Program.run(
        Stream.concat(
                Stream.of(
                    "env",
                    "KUBECONFIG=" + kubeconfig,
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.poolwright.main.CommandLineTool"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  KubernetesClient client() {
    return client;
  }

  boolean mayRemoveNamespaces() {
    return OURS;
  }

  private static void install() {
    String image = System.getenv().getOrDefault("POOLWRIGHT_IMAGE", "poolwright:dev");
    int colon = image.lastIndexOf(':');
    // The tag stays while the image changes: the operator's pod must change with it.
    String content =
        Program.run("dev/cluster", "ctr", "images", "list", "name==docker.io/library/" + image);
    Program.run(
        "dev/cluster",
        "helm",
        "upgrade",
        "--install",
        "poolwright",
        "helm/poolwright",
        "--namespace",
        SYSTEM,
        "--create-namespace",
        "--take-ownership",
        "--wait",
        "--timeout",
        "3m",
        "--set-string",
        "image.repository=" + image.substring(0, colon),
        "--set-string",
        "image.tag=" + image.substring(colon + 1),
        "--set",
        "jobTokens.enabled=true",
        "--set-string",
        "startTimeout=" + START_TIMEOUT_SECONDS + "s",
        "--set-string",
        "podAnnotations.checksum/image=" + Integer.toHexString(content.hashCode()));
  }

  private static String lastLine(String text) {
    return text.strip().lines().reduce((a, b) -> b).orElse("");
  }

  List<Pod> operatorPods() {
    return client
        .pods()
        .inNamespace(SYSTEM)
        .withLabel("app.kubernetes.io/name", "poolwright")
        .list()
        .getItems();
  }

  int operatorRestarts() {
    return operatorPods().stream()
        .flatMap(p -> p.getStatus().getContainerStatuses().stream())
        .mapToInt(ContainerStatus::getRestartCount)
        .sum();
  }

  boolean operatorReady() {
    List<Pod> pods = operatorPods();
    return !pods.isEmpty()
        && pods.stream()
            .flatMap(p -> p.getStatus().getContainerStatuses().stream())
            .allMatch(ContainerStatus::getReady);
  }

  /** SIGKILL, as the kernel would: no hook runs, nothing is finished. */
  void killOperator() {
    for (Pod pod : operatorPods()) {
      for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
        String id = status.getContainerID().replaceFirst("^.*://", "");
        Program.run("dev/cluster", "ctr", "tasks", "kill", "--signal", "SIGKILL", id);
      }
    }
  }

  /** An address of this machine that pods reach. */
  String hostAddress() {
    return client
        .nodes()
        .withLabelNotIn("type", "kwok")
        .list()
        .getItems()
        .getFirst()
        .getStatus()
        .getAddresses()
        .stream()
        .filter(a -> a.getType().equals("InternalIP"))
        .findFirst()
        .orElseThrow()
        .getAddress();
  }
}
