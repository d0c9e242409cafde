package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Azure's service does for its objects, and here the API server for ours. */
class ApiConventionsIT {
  private static Space space;

  @BeforeAll
  static void open() {
    space = new Space("conventions");
  }

  private static String path(String plural) {
    return "/apis/poolwright.io/v1alpha1/namespaces/" + space.name() + "/" + plural;
  }

  private static ObjectMeta made(String pool) {
    space.pool(pool, 0, 1);
    return space.pool(pool).getMetadata();
  }

  private static ObjectNode read(String pool) {
    return Serialization.unmarshal(Serialization.asJson(space.pool(pool)), ObjectNode.class);
  }

  @Test
  void aPoolHasAnAddress() {
    made("address");

    assertThat(space.user().raw(path("pools/address"))).contains("\"name\":\"address\"");
  }

  @Test
  void aPoolHasItsTimesAndACountOfItsChanges() {
    ObjectMeta before = made("times");
    space.merge(Pool.class, "times", "{\"spec\":{\"targetDedicatedNodes\":1}}");
    ObjectMeta after = space.pool("times").getMetadata();

    assertThat(after.getCreationTimestamp()).isNotNull().isEqualTo(before.getCreationTimestamp());
    assertThat(after.getManagedFields()).isNotEmpty().allMatch(f -> f.getTime() != null);
    assertThat(after.getGeneration()).isEqualTo(before.getGeneration() + 1);
  }

  @Test
  void aWriteOfAnOlderVersionIsRefused() {
    made("older");
    ObjectNode older = read("older");
    space.merge(Pool.class, "older", "{\"spec\":{\"targetDedicatedNodes\":1}}");

    refused(409, () -> space.user().raw(path("pools/older"), "PUT", older));
  }

  @Test
  void aPoolThatIsBeingDeletedSaysSinceWhen() {
    made("going");
    space.merge(Pool.class, "going", "{\"metadata\":{\"finalizers\":[\"example.org/keep\"]}}");

    space.delete(Pool.class, "going");

    assertThat(space.pool("going").getMetadata().getDeletionTimestamp()).isNotNull();
    space.merge(Pool.class, "going", "{\"metadata\":{\"finalizers\":null}}");
    assertThat(space.get(Pool.class, "going")).isNull();
  }

  @Test
  void poolsAreReadByNameAndByLabel() {
    made("labelled");
    space.merge(Pool.class, "labelled", "{\"metadata\":{\"labels\":{\"team\":\"a\"}}}");

    assertThat(space.user().resources(Pool.class).inNamespace(space.name()).withLabel("team", "a"))
        .satisfies(found ->
            assertThat(found.list().getItems())
                .extracting(p -> p.getMetadata().getName())
                .containsExactly("labelled"));
    assertThat(space.get(Pool.class, "none")).isNull();
  }

  @Test
  void whatAReplacementDoesNotHaveIsRemoved() {
    made("replaced");
    space.merge(Pool.class, "replaced", "{\"spec\":{\"containerImageNames\":[\"i\"]}}");
    ObjectNode replacement = read("replaced");
    ((ObjectNode) replacement.path("spec")).remove("containerImageNames");

    space.user().raw(path("pools/replaced"), "PUT", replacement);

    assertThat(space.pool("replaced").getSpec().containerImageNames()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pool", "Job"})
  void aQuotaLimitsHowManyThereAre(String kind) {
    Space full = new Space("quota-of-" + kind.toLowerCase(java.util.Locale.ROOT));
    String plural = kind.toLowerCase(java.util.Locale.ROOT) + "s";
    String of = "count/" + plural + ".poolwright.io";
    Map<String, Quantity> none = Map.of(of, new Quantity("0"));
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withNamespace(full.name())
            .withName("ours")
            .endMetadata()
            .withNewSpec()
            .withHard(none)
            .endSpec()
            .build();
    full.user().resource(quota).create();
    // For want of a controller.
    full.user()
        .resourceQuotas()
        .inNamespace(full.name())
        .withName("ours")
        .editStatus(q ->
            new ResourceQuotaBuilder(q)
                .withNewStatus()
                .withHard(none)
                .withUsed(none)
                .endStatus()
                .build());
    ObjectNode one =
        Serialization.unmarshal(
            kind.equals("Pool")
                ? """
                apiVersion: poolwright.io/v1alpha1
                kind: Pool
                metadata: {generateName: x-}
                spec: {targetDedicatedNodes: 0, node: {size: {cpu: "1", memory: 1Gi}, image: i}}
                """
                : """
                apiVersion: poolwright.io/v1alpha1
                kind: Job
                metadata: {generateName: x-}
                spec: {poolInfo: {poolId: p}}
                """,
            ObjectNode.class);

    full.awaitTrue(
        "one too many is refused",
        () -> {
          try {
            full.create(one);
            return false;
          } catch (KubernetesClientException e) {
            // At first it is refused because nobody has counted yet.
            return e.getCode() == 403
                && String.valueOf(e.getMessage())
                    .contains("exceeded quota: ours, requested: " + of);
          }
        });
  }

  @Test
  void aNodeThatIsNotThereIsNotFound() {
    refused(
        404,
        () ->
            space
                .user()
                .raw("/api/v1/namespaces/" + space.name() + "/pods/p-node-9", "DELETE", null));
  }

  @Test
  void aWatchTellsWhatComesAndGoes() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Watcher<Pool> watcher =
        new Watcher<>() {
          @Override
          public void eventReceived(Action action, Pool pool) {
            seen.add(action + " " + pool.getMetadata().getName());
          }

          @Override
          public void onClose(WatcherException cause) {}
        };
    try (Watch _ = space.user().resources(Pool.class).inNamespace(space.name()).watch(watcher)) {
      made("watched");
      space.delete(Pool.class, "watched");

      space.awaitTrue(
          "both are told", () -> seen.containsAll(List.of("ADDED watched", "DELETED watched")));
    }
  }

  @Test
  void aListHasPages() {
    made("page-1");
    made("page-2");

    var page =
        space
            .user()
            .resources(Pool.class)
            .inNamespace(space.name())
            .list(new ListOptionsBuilder().withLimit(1L).build());

    assertThat(page.getItems()).hasSize(1);
    assertThat(page.getMetadata().getContinue()).isNotEmpty();
  }

  @Test
  void aPackageIsListedWithItsVersionsAndItsName() {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: listed}
        spec:
          displayName: A listed one
          versions: [{version: "1", storageUrl: "s3://bkt/a.zip"}, {version: "2", storageUrl: "s3://bkt/b.zip"}]
        """);

    ApplicationPackage listed =
        space
            .user()
            .resources(ApplicationPackage.class)
            .inNamespace(space.name())
            .list()
            .getItems()
            .getFirst();
    assertThat(listed.getSpec().displayName()).isEqualTo("A listed one");
    assertThat(listed.getSpec().versions()).extracting(v -> v.version()).containsExactly("1", "2");
  }

  @Test
  void aStartTasksTextHasALimit() {
    String pool =
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: long-text-%d}
        spec:
          targetDedicatedNodes: 0
          node: {size: {cpu: "1", memory: 1Gi}, image: i}
          startTask: {commandLine: %s}
        """;
    space.apply(pool.formatted(1, "x".repeat(32_768)));

    refused(422, () -> space.apply(pool.formatted(2, "x".repeat(32_769))));
  }

  private static void refused(
      int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(code));
  }
}
