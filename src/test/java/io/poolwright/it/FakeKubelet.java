package io.poolwright.it;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.poolwright.pods.Names;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scheduler and kubelet for all namespaces: binds what may be bound, makes nodes ready, and ends
 * each task pod as its script says. It keeps a record of every pod that was let go and of every
 * command that was started, which is what must not happen twice.
 */
final class FakeKubelet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FakeKubelet.class);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final ExecutorService work =
      Executors.newFixedThreadPool(16, Thread.ofPlatform().daemon().name("kubelet-", 0).factory());
  private final SharedIndexInformer<Pod> pods;
  private final Map<String, Life> lives = new ConcurrentHashMap<>();
  private final Map<String, IntFunction<End>> scripts = new ConcurrentHashMap<>();
  private final Map<String, IntFunction<End>> attempts = new ConcurrentHashMap<>();
  private final Map<String, IntFunction<@Nullable String>> answers = new ConcurrentHashMap<>();
  private final List<String> looked = new CopyOnWriteArrayList<>();
  private final List<Ran> ran = new CopyOnWriteArrayList<>();
  private final List<Ran> letGo = new CopyOnWriteArrayList<>();
  private final FakeLists lists;
  private final Set<String> brokenNodes = ConcurrentHashMap.newKeySet();

  /** One pod's life; its monitor makes the steps come one after the other. */
  private static final class Life {
    private boolean seenFree;
    private boolean bound;
    private boolean started;
    private boolean ended;
    private boolean removed;
    private End end = End.SUCCESS;
  }

  FakeKubelet(KubernetesClient client) {
    this.client = client;
    lists = new FakeLists(client);
    pods = client.pods().inAnyNamespace().inform(new Events());
  }

  /**
   * What becomes of a task, by the number of the run; tasks without a script succeed. Preparations
   * and releases of a job are {@code JOB/preparation} and {@code JOB/release}, on one node {@code
   * JOB/preparation/NODE}; the subtasks of a task are {@code TASK/1} and so on, which run until
   * they are stopped.
   */
  void script(String namespace, String task, IntFunction<End> ends) {
    scripts.put(namespace + "/" + task, ends);
  }

  /** What becomes of a task by the number of the attempt: an attempt may end before it ran. */
  void scriptAttempts(String namespace, String task, IntFunction<End> ends) {
    attempts.put(namespace + "/" + task, ends);
  }

  /**
   * What the pods say that look at a package, by the number of the look; null for one that goes on.
   * All are found unless said otherwise.
   */
  void answer(String namespace, String name, String version, IntFunction<@Nullable String> says) {
    answers.put(namespace + "/" + name + "/" + version, says);
    pods.getStore().list().forEach(this::look);
  }

  /** The looks at a package that came to an end. */
  long looked(String namespace, String name, String version) {
    return looked.stream().filter((namespace + "/" + name + "/" + version)::equals).count();
  }

  /** What jobs find that make tasks of objects. */
  FakeLists lists() {
    return lists;
  }

  /** Pods of nodes in this namespace stay unready. */
  void holdNodes(String namespace) {
    brokenNodes.add(namespace);
  }

  void readyNodes(String namespace) {
    brokenNodes.remove(namespace);
    pods.getStore().list().forEach(this::look);
  }

  /** What a kubelet, or the node controller, says of a node pod. */
  void says(Pod node, PodStatus status) {
    status(node, status);
  }

  /** Ends a command that hangs. */
  void finish(String namespace, String task, End end) {
    pods.getStore().list().stream()
        .filter(p -> p.getMetadata().getNamespace().equals(namespace) && PodMarks.runsCommand(p))
        .filter(p -> PodMarks.subject(p).equals(task))
        .forEach(p -> {
          Life life = life(p);
          synchronized (life) {
            life.end = end;
          }
          look(p);
        });
  }

  /** Commands that were started, in this order. */
  List<Ran> ran(String namespace) {
    return ran.stream().filter(r -> r.namespace().equals(namespace)).toList();
  }

  List<Ran> ran(String namespace, String task) {
    return ran(namespace).stream().filter(r -> r.task().equals(task)).toList();
  }

  /** Pods whose gate was taken off. */
  List<Ran> letGo(String namespace) {
    return letGo.stream().filter(r -> r.namespace().equals(namespace)).toList();
  }

  private final class Events implements ResourceEventHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      note(pod);
      look(pod);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
      note(pod);
      look(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean unknown) {
      note(pod);
      lives.remove(pod.getMetadata().getUid());
    }
  }

  /**
   * Each state of a pod passes here, also those that are gone before anything can be done about
   * them.
   */
  private void note(Pod pod) {
    if (PodMarks.runsCommand(pod) && !gated(pod)) {
      Life life = life(pod);
      synchronized (life) {
        if (!life.seenFree) {
          life.seenFree = true;
          letGo.add(of(pod));
        }
      }
    }
  }

  private void look(Pod pod) {
    try {
      work.execute(() -> step(pod));
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("closed");
    }
  }

  private void step(Pod event) {
    Pod pod =
        pods.getStore()
            .getByKey(event.getMetadata().getNamespace() + "/" + event.getMetadata().getName());
    if (pod == null || PodMarks.label(pod, Names.ROLE) == null) {
      return;
    }
    Life life = life(pod);
    synchronized (life) {
      try {
        advance(pod, life);
      } catch (KubernetesClientException e) {
        // Gone or changed meanwhile: the next event says so.
        if (e.getCode() != 404 && e.getCode() != 409 && e.getCode() != 422) {
          LOG.atWarn().setCause(e).log("kubelet");
        }
      }
    }
  }

  private void advance(Pod pod, Life life) {
    if (life.removed) {
      return;
    }
    boolean bound = pod.getSpec().getNodeName() != null;
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      if (bound) {
        stop(pod, life);
      }
    } else if (!bound) {
      if (!gated(pod) && !life.bound) {
        bind(pod);
        life.bound = true;
      }
    } else if (Names.ROLE_NODE.equals(PodMarks.label(pod, Names.ROLE))) {
      if (!life.started && !brokenNodes.contains(pod.getMetadata().getNamespace())) {
        status(pod, PodStatuses.running(pod));
        life.started = true;
      }
    } else if (Names.ROLE_LIST.equals(PodMarks.label(pod, Names.ROLE))) {
      if (!life.ended) {
        life.ended = true;
        status(pod, PodStatuses.checked(pod, lists.make(pod)));
      }
    } else if (Names.ROLE_CHECK.equals(PodMarks.label(pod, Names.ROLE))) {
      check(pod, life);
    } else {
      run(pod, life);
    }
  }

  private void check(Pod pod, Life life) {
    String about =
        pod.getMetadata().getNamespace()
            + "/"
            + PodMarks.ownerName(pod)
            + "/"
            + PodMarks.label(pod, Names.VERSION);
    String says =
        life.ended
            ? null
            : answers
                .getOrDefault(about, n -> PodStatuses.FOUND)
                .apply(Collections.frequency(looked, about));
    if (says != null) {
      life.ended = true;
      looked.add(about);
      status(pod, PodStatuses.checked(pod, says));
    }
  }

  private void run(Pod pod, Life life) {
    if (life.ended) {
      return;
    }
    if (!life.started) {
      Ran one = of(pod);
      IntFunction<End> ofAttempts = attempts.get(one.namespace() + "/" + one.task());
      life.end =
          ofAttempts == null
              ? script(one).apply(ran(one.namespace(), one.task()).size())
              : ofAttempts.apply(one.attempt());
      boolean runs = !(life.end instanceof End.StageInFails || life.end instanceof End.PullFails);
      life.started = true;
      if (runs) {
        ran.add(one);
        status(pod, PodStatuses.running(pod));
      }
    }
    switch (life.end) {
      case End.Hang hang -> {}
      case End.Vanish vanish -> vanish(pod, life);
      default -> {
        // As a real kubelet: first of the containers, then of the pod.
        status(pod, PodStatuses.stillIn("Running", PodStatuses.ended(pod, life.end)));
        status(pod, PodStatuses.ended(pod, life.end));
        life.ended = true;
      }
    }
  }

  private IntFunction<End> script(Ran one) {
    String name = one.namespace() + "/" + one.task();
    if (name.matches(".*/[0-9]+")) {
      // A subtask lives for as long as the primary.
      return scripts.getOrDefault(name, End.always(new End.Hang()));
    }
    IntFunction<End> ofAllNodes =
        scripts.getOrDefault(name.substring(0, name.lastIndexOf('/')), End.always(End.SUCCESS));
    return scripts.getOrDefault(name, ofAllNodes);
  }

  private void vanish(Pod pod, Life life) {
    life.ended = true;
    life.removed = true;
    removeByForce(pod);
  }

  /** Nothing is left of the pod, as when its machine is lost and somebody cleans up. */
  void removeByForce(Pod pod) {
    client.resource(pod).patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
    delete(pod);
  }

  private void stop(Pod pod, Life life) {
    if (!life.ended && PodMarks.runsCommand(pod)) {
      status(pod, life.started ? PodStatuses.stopped(pod) : PodStatuses.neverStarted());
    }
    life.ended = true;
    life.removed = true;
    delete(pod);
  }

  private void delete(Pod pod) {
    String path = path(pod, "");
    client.raw(
        path,
        "DELETE",
        new DeleteOptionsBuilder()
            .withGracePeriodSeconds(0L)
            .withNewPreconditions(null, pod.getMetadata().getUid())
            .build());
  }

  private void bind(Pod pod) {
    String machine = PodMarks.machine(pod);
    client.raw(
        path(pod, "/binding"),
        "POST",
        new BindingBuilder()
            .withNewMetadata()
            .withName(pod.getMetadata().getName())
            .withNamespace(pod.getMetadata().getNamespace())
            .withUid(pod.getMetadata().getUid())
            .endMetadata()
            .withNewTarget()
            .withKind("Node")
            .withName(machine)
            .endTarget()
            .build());
  }

  private void status(Pod pod, PodStatus status) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("metadata").put("uid", pod.getMetadata().getUid());
    body.set("status", client.getKubernetesSerialization().convertValue(status, ObjectNode.class));
    client.resource(pod).subresource("status").patch(MERGE, body.toString());
  }

  private static String path(Pod pod, String subresource) {
    return "/api/v1/namespaces/"
        + pod.getMetadata().getNamespace()
        + "/pods/"
        + pod.getMetadata().getName()
        + subresource;
  }

  private static boolean gated(Pod pod) {
    return pod.getSpec().getSchedulingGates() != null
        && !pod.getSpec().getSchedulingGates().isEmpty();
  }

  private Life life(Pod pod) {
    return lives.computeIfAbsent(pod.getMetadata().getUid(), k -> new Life());
  }

  private static Ran of(Pod pod) {
    OwnerReference owner = pod.getMetadata().getOwnerReferences().getFirst();
    String index = PodMarks.label(pod, Names.INDEX);
    String ending = index == null ? "" : "-" + index;
    return new Ran(
        pod.getMetadata().getNamespace(),
        PodMarks.subject(pod),
        owner.getUid() + ending,
        Integer.parseInt(PodMarks.label(pod, Names.ATTEMPT)),
        pod.getMetadata().getUid());
  }

  @Override
  public void close() {
    pods.close();
    lists.close();
    work.shutdownNow();
  }
}
