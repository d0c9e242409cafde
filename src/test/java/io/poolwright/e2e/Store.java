package io.poolwright.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;

/** An S3 server in the cluster, and a client of the test's own beside the code under test. */
final class Store {
  /** Two servers of different make: what only one of them does is not relied on. */
  enum Kind {
    MINIO,
    S3PROXY;

    private String lower() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final String ACCESS = "poolwright";
  static final String SECRET = "poolwright-secret";

  /**
   * A connection made before kube-proxy knows a new Service leads out of the cluster, to whoever
   * answers there, and stays there for as long as it is used.
   */
  private static final OkHttpClient EACH_ANEW =
      new OkHttpClient.Builder()
          .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
          .build();

  private static final Set<Kind> STARTED = EnumSet.noneOf(Kind.class);

  private final String namespace;
  private final String bucket;
  private final MinioClient client;

  private Store(String namespace, String bucket) {
    this.namespace = namespace;
    this.bucket = bucket;
    client =
        MinioClient.builder()
            .endpoint(endpoint())
            .region("us-east-1")
            .credentials(ACCESS, SECRET)
            .httpClient(EACH_ANEW)
            .build();
  }

  /** A server of this kind, started where it does not run yet, and an empty bucket in it. */
  static Store of(Kind kind, String bucket) {
    String namespace = "poolwright-e2e-" + kind.lower();
    if (STARTED.add(kind)) {
      start(kind, namespace);
    }
    Store store = new Store(namespace, bucket);
    Awaitility.await(namespace)
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(() -> {
          store.makeBucket();
          return true;
        });
    return store;
  }

  private static void start(Kind kind, String namespace) {
    KubernetesClient client = Cluster.get().client();
    if (client.namespaces().withName(namespace).get() == null) {
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    Path archive =
        Path.of(
            System.getenv().getOrDefault("POOLWRIGHT_BUILD_DIR", "target"), kind.lower() + ".tar");
    Program.run("dev/demo.d/store-image", kind.lower(), archive.toString());
    Program.run("dev/cluster", "load", archive.toString());
    try (InputStream manifests = Files.newInputStream(Path.of("dev/demo.d/store.yaml"))) {
      for (HasMetadata item : client.load(manifests).items()) {
        HasMetadata own =
            item instanceof Deployment deployment && kind != Kind.MINIO
                ? image(deployment, kind)
                : item;
        client.resource(own).inNamespace(namespace).forceConflicts().serverSideApply();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    scale(client, namespace, 1);
  }

  /** The demo's manifest with another server in it; its image says how it is started. */
  private static Deployment image(Deployment deployment, Kind kind) {
    return new DeploymentBuilder(deployment)
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withImage("poolwright-store/" + kind.lower() + ":dev")
        .withCommand((List<String>) null)
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static void scale(KubernetesClient client, String namespace, int replicas) {
    client.apps().deployments().inNamespace(namespace).withName("store").scale(replicas);
    Awaitility.await(namespace + " has " + replicas + " server(s)")
        .atMost(Duration.ofMinutes(2))
        .until(() -> {
          Deployment store =
              client.apps().deployments().inNamespace(namespace).withName("store").get();
          Integer ready = store.getStatus().getReadyReplicas();
          Integer observed = store.getStatus().getUpdatedReplicas();
          return (ready == null ? 0 : ready) == replicas
              && (replicas == 0 || Integer.valueOf(replicas).equals(observed));
        });
  }

  void stop() {
    scale(Cluster.get().client(), namespace, 0);
  }

  void start() {
    scale(Cluster.get().client(), namespace, 1);
  }

  /** By its address: this machine does not ask the cluster's DNS. */
  private String endpoint() {
    return "http://"
        + Cluster.get()
            .client()
            .services()
            .inNamespace(namespace)
            .withName("store")
            .get()
            .getSpec()
            .getClusterIP()
        + ":9000";
  }

  /** What goes into the Secret poolwright-storage. */
  Map<String, String> secret() {
    return Map.of(
        "endpoint",
        "http://store." + namespace + ".svc:9000",
        "bucket",
        bucket,
        "accessKey",
        ACCESS,
        "secretKey",
        SECRET);
  }

  private void makeBucket() throws MinioException {
    if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
      client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
    }
    for (String key : keys("")) {
      client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
    }
  }

  void put(String key, byte[] content) throws MinioException {
    client.putObject(
        PutObjectArgs.builder().bucket(bucket).object(key).stream(
                new ByteArrayInputStream(content), (long) content.length, -1L)
            .build());
  }

  void put(String key, String content) throws MinioException {
    put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  String text(String key) throws MinioException, IOException {
    try (InputStream in =
        client.getObject(GetObjectArgs.builder().bucket(bucket).object(key).build())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  List<String> keys(String prefix) throws MinioException {
    List<String> keys = new ArrayList<>();
    for (Result<Item> item :
        client.listObjects(
            ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true).build())) {
      keys.add(item.get().objectName());
    }
    return keys;
  }

  String presigned(String key) throws MinioException {
    return client.getPresignedObjectUrl(
        GetPresignedObjectUrlArgs.builder()
            .method(Http.Method.GET)
            .bucket(bucket)
            .object(key)
            .expiry(1, TimeUnit.HOURS)
            .build());
  }
}
