package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.Condition;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.pods.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A namespace of its own for one test, with what a user does in it. */
final class Space implements AutoCloseable {
  private static final String MAKER = "made-for";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ApiServer api;
  private final String name;
  private final List<RunningOperator> operators = new ArrayList<>();

  Space(String about) {
    api = ApiServer.running();
    name = api.newNamespace(about);
  }

  String name() {
    return name;
  }

  ApiServer api() {
    return api;
  }

  FakeKubelet kubelet() {
    return api.kubelet();
  }

  KubernetesClient user() {
    return api.admin();
  }

  RunningOperator operator() {
    return operator(Tap.counting());
  }

  RunningOperator operator(Tap tap) {
    RunningOperator operator = RunningOperator.start(api, name, tap, false);
    operators.add(operator);
    return operator;
  }

  /** One that keeps pools apart. */
  RunningOperator isolatingOperator() {
    RunningOperator operator = RunningOperator.isolating(api, name, Tap.counting());
    operators.add(operator);
    return operator;
  }

  /** As {@code kubectl apply} of new objects: strictly. */
  void apply(String yaml) {
    for (String document : yaml.split("(?m)^---$", -1)) {
      if (!document.isBlank()) {
        create(Serialization.unmarshal(document, ObjectNode.class));
      }
    }
  }

  /** Refused with a KubernetesClientException where the schema or a rule says no. */
  void create(ObjectNode object) {
    String version = object.path("apiVersion").asText();
    String base = version.contains("/") ? "/apis/" : "/api/";
    user()
        .raw(
            base
                + version
                + "/namespaces/"
                + name
                + "/"
                + plural(object)
                + "?fieldValidation=Strict",
            "POST",
            object);
  }

  /** A merge of what is written into what is there. */
  void change(ObjectNode object) {
    user()
        .genericKubernetesResources(
            object.path("apiVersion").asText(), object.path("kind").asText())
        .inNamespace(name)
        .withName(object.path("metadata").path("name").asText())
        .patch(PatchContext.of(PatchType.JSON_MERGE), object.toString());
  }

  /** A pod that is nobody's business. */
  static String stranger(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: other
          image: other
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    """
        .formatted(name);
  }

  PodQuota quota() {
    return new PodQuota(this);
  }

  /** A quota admits no pod any more. */
  void refusePods() {
    quota().limit(0, 0);
  }

  void admitPods() {
    quota().remove();
  }

  private static String plural(JsonNode object) {
    return object.path("kind").asText().toLowerCase(java.util.Locale.ROOT) + "s";
  }

  void pool(String pool, int nodes, int slots) {
    apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: %s}
        spec:
          targetDedicatedNodes: %d
          taskSlotsPerNode: %d
          node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
        """
            .formatted(pool, nodes, slots));
  }

  /**
   * A job whose inline tasks have these ids, and nothing out of the ordinary. They are made side by
   * side: with fewer slots than tasks any may be the first.
   */
  void job(String job, String pool, int retries, String... ids) {
    job(job, pool, retries, ids, false);
  }

  /** Each task waits for the one before it. */
  void jobInTurn(String job, String pool, int retries, String... ids) {
    job(job, pool, retries, ids, true);
  }

  private void job(String job, String pool, int retries, String[] ids, boolean inTurn) {
    StringBuilder tasks = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      String after = inTurn && i > 0 ? ", dependsOn: {taskIds: [" + ids[i - 1] + "]}" : "";
      tasks.append("    - {id: %1$s, commandLine: \"work %1$s\"%2$s}\n".formatted(ids[i], after));
    }
    apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %s}
        spec:
          poolInfo: {poolId: %s}
          constraints: {maxTaskRetryCount: %d}
          tasks:
        %s\
        """
            .formatted(job, pool, retries, tasks));
  }

  <R extends CustomResource<?, ?>> @Nullable R get(Class<R> kind, String object) {
    return user().resources(kind).inNamespace(name).withName(object).get();
  }

  Job job(String object) {
    return known(get(Job.class, object), object);
  }

  Task task(String object) {
    return known(get(Task.class, object), object);
  }

  Pool pool(String object) {
    return known(get(Pool.class, object), object);
  }

  private static <T> T known(@Nullable T found, String object) {
    assertThat(found).as(object).isNotNull();
    return found;
  }

  /** Changes a spec as a user does, whatever the operator writes meanwhile. */
  <R extends CustomResource<?, ?>> void merge(Class<R> kind, String object, String patch) {
    R target = known(get(kind, object), object);
    user().resource(target).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  <R extends CustomResource<?, ?>> void delete(Class<R> kind, String object) {
    user().resources(kind).inNamespace(name).withName(object).delete();
  }

  List<Task> tasks() {
    return user().resources(Task.class).inNamespace(name).list().getItems();
  }

  List<Pod> pods(String role) {
    return user().pods().inNamespace(name).withLabel(Names.ROLE, role).list().getItems();
  }

  List<Pod> taskPods() {
    return pods(Names.ROLE_TASK);
  }

  List<Pod> nodePods() {
    return pods(Names.ROLE_NODE);
  }

  /** What a user writes on a node pod. */
  void ask(Pod node, String request) {
    user()
        .resource(node)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"uid\":\""
                + node.getMetadata().getUid()
                + "\",\"annotations\":{\""
                + Names.REQUEST
                + "\":\""
                + request
                + "\"}}}");
  }

  @Nullable PersistentVolumeClaim claim(String claim) {
    return user().persistentVolumeClaims().inNamespace(name).withName(claim).get();
  }

  /** As Kubernetes does for a node pod with a volume of its own. */
  void makeClaim(Pod node) {
    user()
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(name)
                .withName(node.getMetadata().getName() + "-node")
                .addToLabels(MAKER, node.getMetadata().getUid())
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(node.getMetadata().getName())
                .withUid(node.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  /** As the garbage collector does once the claim's owner is gone. */
  void collectClaim(String claim) {
    PersistentVolumeClaim found = known(claim(claim), claim);
    user()
        .resource(found)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    user().resource(found).delete();
  }

  /** UID of the pod that a claim was made for; empty where there is no such claim. */
  String makerOf(String claim) {
    PersistentVolumeClaim found = claim(claim);
    return found == null ? "" : found.getMetadata().getLabels().get(MAKER);
  }

  Job awaitJob(String job, Predicate<Job> reached) {
    return awaitIt("job " + job, () -> get(Job.class, job), reached);
  }

  Job awaitCompleted(String job) {
    return awaitJob(job, j -> j.stateOrActive() == JobState.COMPLETED);
  }

  Task awaitTask(String task, Predicate<Task> reached) {
    return awaitIt("task " + task, () -> get(Task.class, task), reached);
  }

  Pool awaitPool(String pool, Predicate<Pool> reached) {
    return awaitIt("pool " + pool, () -> get(Pool.class, pool), reached);
  }

  private static <T> T awaitIt(
      String what, java.util.concurrent.Callable<@Nullable T> read, Predicate<T> reached) {
    return await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(read, t -> t != null && reached.test(t));
  }

  void awaitTrue(String what, java.util.concurrent.Callable<Boolean> holds) {
    await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(holds);
  }

  ApplicationPackage awaitPackage(String name, Predicate<ApplicationPackage> reached) {
    return awaitIt("package " + name, () -> get(ApplicationPackage.class, name), reached);
  }

  List<Pod> checkPods() {
    return pods(Names.ROLE_CHECK);
  }

  static Condition ready(List<Condition> conditions) {
    return conditions.stream().filter(c -> c.type().equals("Ready")).findFirst().orElseThrow();
  }

  static String message(Task task) {
    return String.valueOf(ready(task.statusOrNew().conditions()).message());
  }

  static String message(Job job) {
    return String.valueOf(ready(job.statusOrNew().conditions()).message());
  }

  static String reason(Task task) {
    return ready(task.statusOrNew().conditions()).reason();
  }

  static String reason(Job job) {
    return ready(job.statusOrNew().conditions()).reason();
  }

  static String reason(Pool pool) {
    return ready(pool.statusOrNew().conditions()).reason();
  }

  /** Without waiting for what they are doing. */
  void killAll() {
    operators.forEach(RunningOperator::kill);
  }

  @Override
  public void close() {
    operators.forEach(RunningOperator::close);
  }
}
