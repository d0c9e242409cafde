package io.poolwright.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import java.io.IOException;
import java.util.Map;

/**
 * Makes the client: enough requests at once, enums read without regard to case, and a resource that
 * cannot be read does not stop the rest.
 */
public final class Clients {
  /** On an object that could not be read; its value says why. Such an object has no spec. */
  public static final String UNREADABLE = "poolwright.io/unreadable";

  private static final int REQUESTS_AT_ONCE = 256;

  private Clients() {}

  /**
   * @param interceptors see every request, by name
   */
  public static KubernetesClient build(Config base, Map<String, Interceptor> interceptors) {
    return build(base, interceptors, serialization());
  }

  /** One that hears of many pods, and reads no more of each than {@link PodReader} does. */
  public static KubernetesClient ofOperator(Config base, Map<String, Interceptor> interceptors) {
    return build(base, interceptors, new KubernetesSerialization(SlimPods.in(mapper()), true));
  }

  private static KubernetesClient build(
      Config base, Map<String, Interceptor> interceptors, KubernetesSerialization serialization) {
    Config config =
        new ConfigBuilder(base)
            .withMaxConcurrentRequests(REQUESTS_AT_ONCE)
            .withMaxConcurrentRequestsPerHost(REQUESTS_AT_ONCE)
            .build();
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(serialization)
            .withHttpClientBuilderConsumer(
                http -> interceptors.forEach(http::addOrReplaceInterceptor))
            .build();
    // Otherwise each watch event is bound to a generic object first and converted afterwards.
    client.getKubernetesSerialization().registerKubernetesResource(Task.class);
    client.getKubernetesSerialization().registerKubernetesResource(Job.class);
    client.getKubernetesSerialization().registerKubernetesResource(JobSchedule.class);
    client.getKubernetesSerialization().registerKubernetesResource(Pool.class);
    client.getKubernetesSerialization().registerKubernetesResource(ApplicationPackage.class);
    return client;
  }

  public static KubernetesSerialization serialization() {
    return new KubernetesSerialization(mapper(), true);
  }

  private static ObjectMapper mapper() {
    SimpleModule lenient = new SimpleModule("lenient");
    lenient.setDeserializerModifier(
        new BeanDeserializerModifier() {
          private static final long serialVersionUID = 1L;

          @Override
          public JsonDeserializer<?> modifyDeserializer(
              DeserializationConfig config,
              BeanDescription bean,
              JsonDeserializer<?> deserializer) {
            return CustomResource.class.isAssignableFrom(bean.getBeanClass())
                ? new Lenient(deserializer)
                : deserializer;
          }
        });
    return JsonMapper.builder()
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .addModule(lenient)
        .build();
  }

  /**
   * Reads what can be read: an object whose spec or status makes no sense becomes one without
   * either, marked with the reason.
   */
  private static final class Lenient extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;

    Lenient(JsonDeserializer<?> delegate) {
      super(delegate);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
      return new Lenient(delegate);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      TreeNode tree = parser.readValueAsTree();
      try {
        return read(tree, parser, context);
      } catch (JacksonException e) {
        if (!(tree instanceof ObjectNode object)) {
          throw e;
        }
        object.remove("spec");
        object.remove("status");
        JsonNode meta = object.get("metadata");
        if (meta instanceof ObjectNode metadata) {
          metadata.withObject("/annotations").put(UNREADABLE, e.getOriginalMessage());
        }
        return read(object, parser, context);
      }
    }

    private Object read(TreeNode tree, JsonParser parser, DeserializationContext context)
        throws IOException {
      try (JsonParser again = tree.traverse(parser.getCodec())) {
        again.nextToken();
        return super.deserialize(again, context);
      }
    }
  }
}
