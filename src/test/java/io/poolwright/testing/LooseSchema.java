package io.poolwright.testing;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** Lets an object in that our classes cannot read, as a schema of another version would. */
public final class LooseSchema {
  private LooseSchema() {}

  /**
   * For as long as the write takes, the schema has no bound on this field of spec.
   *
   * @param field for example {@code constraints.maxTaskRetryCount}
   * @param write tried until it is true: the API server takes a moment to serve another schema
   */
  public static void during(
      KubernetesClient client, String crd, String field, Callable<Boolean> write) {
    CustomResourceDefinition before = read(client, crd);
    edit(client, crd, schema -> unbound(schema, field));
    try {
      await("written under the loose schema", write);
    } finally {
      JSONSchemaProps schema =
          before.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
      edit(client, crd, loose -> schema);
      await("the schema is back", () -> before.getSpec().equals(read(client, crd).getSpec()));
    }
  }

  private static void await(String what, Callable<Boolean> holds) {
    Awaitility.await(what).atMost(Duration.ofSeconds(30)).until(holds);
  }

  private static CustomResourceDefinition read(KubernetesClient client, String crd) {
    return client.apiextensions().v1().customResourceDefinitions().withName(crd).get();
  }

  private static void edit(
      KubernetesClient client, String crd, UnaryOperator<JSONSchemaProps> change) {
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(crd)
        .edit(c -> {
          var schema = c.getSpec().getVersions().getFirst().getSchema();
          schema.setOpenAPIV3Schema(change.apply(schema.getOpenAPIV3Schema()));
          return c;
        });
  }

  private static JSONSchemaProps unbound(JSONSchemaProps schema, String field) {
    JSONSchemaProps found = schema.getProperties().get("spec");
    for (String part : field.split("\\.", -1)) {
      found = found.getProperties().get(part);
    }
    found.setMinimum(null);
    found.setMaximum(null);
    found.setFormat(null);
    return schema;
  }
}
