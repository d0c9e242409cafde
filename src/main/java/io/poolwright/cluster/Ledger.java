package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.PodSeen;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The writes of the attempt protocol (section 6 of the design) on Task objects and task pods:
 * create, intend, let go, record, release. Each is harmless when done twice, and each that is not
 * harmless when late carries a precondition.
 */
public final class Ledger {
  private static final String UID = "{\"metadata\":{\"uid\":\"%s\"";

  /**
   * Also ends the record of who wrote which field, which the pod's other patches would cost the API
   * server as much as themselves: a pod is written by us and its kubelet alone, field by field.
   */
  private static final String WITHOUT_GATE =
      UID
          + ",\"managedFields\":[{}]},\"spec\":{\"schedulingGates\":[{\"$patch\":\"delete\",\"name\":\""
          + Names.LEDGER
          + "\"}]}}";

  private static final String WITHOUT_FINALIZER =
      UID + ",\"$deleteFromPrimitiveList/finalizers\":[\"" + Names.LEDGER + "\"]}}";

  private static final String MARK = UID + ",\"annotations\":{\"" + Names.LEAVING + "\":\"%s\"}}}";

  private static final String PREEMPT =
      UID + ",\"annotations\":{\"" + Names.PREEMPTED_FOR + "\":\"%s\"}}}";

  private static final int REMEMBERED = 10_000;
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final PodWrites pods;
  private final Statuses statuses;

  /**
   * UIDs of pods that were let go, released, deleted, so that a lagging cache does not make us say
   * it twice.
   */
  private final Set<String> letGo = lately();

  private final Set<String> released = lately();

  private final Set<String> deleted = lately();

  private final Set<String> marked = lately();

  /** For which task pods were marked as stopped, by their UIDs. */
  private final Map<String, String> preempted = Collections.synchronizedMap(latest());

  public Ledger(KubernetesClient client, Statuses statuses) {
    this.client = client;
    this.pods = new PodWrites(client);
    this.statuses = statuses;
  }

  private static Set<String> lately() {
    return Collections.synchronizedSet(Collections.newSetFromMap(latest()));
  }

  private static <V> Map<String, V> latest() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /** What became of making a pod. */
  public sealed interface Made {}

  /** It is there, and it is ours. */
  public record Ours(Pod pod) implements Made {}

  /** The API server refused it. */
  public record Refused(String message) implements Made {}

  /** A pod of that name exists and is not ours. */
  public record Stranger(String message) implements Made {}

  /** Makes the pod, or finds that it was made before. Owners are checked by UID. */
  public Made create(Pod pod, String ownerUid) {
    try {
      return new Ours(pods.create(pod));
    } catch (KubernetesClientException e) {
      if (ApiErrors.alreadyExists(e)) {
        return existing(pod, ownerUid);
      }
      if (ApiErrors.isRefused(e)) {
        return new Refused(ApiErrors.message(e));
      }
      throw e;
    }
  }

  private Made existing(Pod wanted, String ownerUid) {
    Pod found = client.resource(wanted).get();
    String name = wanted.getMetadata().getName();
    if (found == null) {
      return new Refused("pod " + name + " existed a moment ago and is being removed");
    }
    return Owners.own(found, ownerUid)
        ? new Ours(found)
        : new Stranger(
            "a pod named "
                + name
                + " exists and belongs to somebody else; delete or rename one of the two");
  }

  /** Writes the ledger, on condition that the task is still as it was seen. Empty: it is not. */
  public Optional<Task> write(Task seen, TaskStatus status) {
    return statuses.write(seen, new Task(), status);
  }

  /**
   * Takes the gate off the pod with this UID; does nothing where there is no such pod any more, or
   * where another thread is about to: the event of the intent makes its task look at the pod while
   * the start is still on its way. If this throws, the task has to look again.
   */
  public void letGo(String namespace, String pod, String uid) {
    if (!letGo.add(uid)) {
      return;
    }
    boolean done = false;
    try {
      done = patch(namespace, pod, WITHOUT_GATE.formatted(uid));
    } finally {
      if (!done) {
        letGo.remove(uid);
      }
    }
  }

  /**
   * Lets a pod out of our hands, its end being recorded or none of our business.
   *
   * <p>One that was seen behind its gate is deleted first, on condition that it is still as it was
   * seen: another operator may have named it in the ledger and let it go since. A pod that is being
   * deleted is not bound, whoever takes the gate off.
   */
  public void release(String namespace, PodSeen pod, boolean delete) {
    boolean waits = pod.gated() && !pod.deleting();
    if (waits && !delete(namespace, pod.name(), pod.uid(), pod.version())) {
      return;
    }
    if (pod.held()
        && !released.contains(pod.uid())
        && patch(namespace, pod.name(), WITHOUT_FINALIZER.formatted(pod.uid()))) {
      released.add(pod.uid());
    }
    if (delete && !waits && !pod.deleting()) {
      delete(namespace, pod.name(), pod.uid());
    }
  }

  /** Marks a node pod as on its way out. Returns what the API server said where it refused. */
  public Optional<String> mark(String namespace, PodSeen node, NodeDeallocationOption how) {
    if (marked.contains(node.uid())) {
      return Optional.empty();
    }
    return ApiErrors.refusalOf(() -> {
      if (patch(namespace, node.name(), MARK.formatted(node.uid(), how.name()))) {
        marked.add(node.uid());
      }
    });
  }

  /** Deletes a node pod. Returns what the API server said where it refused. */
  public Optional<String> remove(String namespace, PodSeen node) {
    return ApiErrors.refusalOf(() -> delete(namespace, node.name(), node.uid()));
  }

  /**
   * Marks the task pod with this UID as one that is stopped for another task; what stops it is the
   * mark, however often the operator is. Returns whether the mark is new, and there.
   *
   * @param task JOB/TASK of the other
   */
  public boolean preempt(String namespace, String pod, String uid, String task) {
    if (preempted.putIfAbsent(uid, task) != null) {
      return false;
    }
    boolean done = false;
    try {
      done = patch(namespace, pod, PREEMPT.formatted(uid, task));
    } finally {
      if (!done) {
        preempted.remove(uid);
      }
    }
    return done;
  }

  /** What the mark says that was made lately: the cache may not have heard of it. */
  @Nullable String preemptedFor(String uid) {
    return preempted.get(uid);
  }

  /**
   * Deletes the pod with this UID. Our finalizer, where it is on it, keeps it until its end is
   * recorded.
   */
  public void delete(String namespace, String pod, String uid) {
    delete(namespace, pod, uid, null);
  }

  /** Returns whether it is, or is being, deleted; false where it is not as it was seen. */
  private boolean delete(String namespace, String pod, String uid, @Nullable String version) {
    if (deleted.contains(uid)) {
      return true;
    }
    boolean done =
        Deletion.of(client, "/api/v1/namespaces/" + namespace + "/pods/" + pod, uid, version);
    if (done) {
      deleted.add(uid);
    }
    return done;
  }

  private boolean patch(String namespace, String pod, String body) {
    try {
      pods.patch(namespace, pod, body);
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isAbsent(e) || ApiErrors.isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Reads all objects of a kind that has a ledger live, page by page. Whoever begins to lead has
   * caches that may lag behind what the leader before it wrote.
   *
   * @param namespaces where; empty for everywhere
   */
  public <R extends CustomResource<?, ?>> void readAll(
      Class<R> kind, Set<String> namespaces, Consumer<R> each) {
    if (namespaces.isEmpty()) {
      readAll(client.resources(kind).inAnyNamespace(), each);
    }
    for (String namespace : namespaces) {
      readAll(client.resources(kind).inNamespace(namespace), each);
    }
  }

  private static <R extends CustomResource<?, ?>> void readAll(
      FilterWatchListDeletable<R, KubernetesResourceList<R>, Resource<R>> objects,
      Consumer<R> each) {
    String next = null;
    do {
      KubernetesResourceList<R> page =
          objects.list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      page.getItems().stream().filter(t -> t.getSpec() != null).forEach(each);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }

  /** A live read: whether the pod with this UID does not exist any more. */
  public boolean isGone(String namespace, String pod, String uid) {
    Pod found = client.pods().inNamespace(namespace).withName(pod).get();
    return found == null || !found.getMetadata().getUid().equals(uid);
  }

  /** A live read: whether a job with this UID exists. */
  public boolean jobExists(String namespace, String job, String uid) {
    Job found = client.resources(Job.class).inNamespace(namespace).withName(job).get();
    return found != null && found.getMetadata().getUid().equals(uid);
  }

  /** A live read: whether a task with this UID exists. */
  public boolean taskExists(String namespace, String task, String uid) {
    Task found = client.resources(Task.class).inNamespace(namespace).withName(task).get();
    return found != null && found.getMetadata().getUid().equals(uid);
  }
}
