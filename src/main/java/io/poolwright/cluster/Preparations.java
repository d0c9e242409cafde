package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.board.Board;
import io.poolwright.board.FreeRoom;
import io.poolwright.board.FreeRoom.Share;
import io.poolwright.board.Key;
import io.poolwright.plan.job.Preparation;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.NodeSeen;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PreparationSeen;
import io.poolwright.snapshot.PreparationSeen.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of the world that is preparation and release of jobs: their pods, and which nodes are
 * waited for. The latter is what the pools' last looks found; a restart finds it anew.
 */
public final class Preparations {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final Board board;
  private final Clock clock;
  private final Duration startTimeout;
  private final Map<Key, Wanted> wanted = new HashMap<>();
  private @Nullable InformerEventSource<Pod, Job> pods;

  /** What the last look at a pool found: nodes by job, and tasks. */
  private record Wanted(Map<String, Set<String>> nodes, Set<String> tasks) {}

  /** Who has to look again: jobs that wait, and tasks that did not before. */
  public record News(Set<Key> jobs, Set<Key> tasks) {
    private static final News NONE = new News(Set.of(), Set.of());
  }

  public Preparations(KubernetesClient client, Board board, Clock clock, Duration startTimeout) {
    this.client = client;
    this.board = board;
    this.clock = clock;
    this.startTimeout = startTimeout;
  }

  public void pods(InformerEventSource<Pod, Job> source) {
    pods = source;
  }

  /** A look that comes before its event must not find it missing. */
  public void made(Pod pod) {
    Objects.requireNonNull(pods).handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
  }

  /** Pods that we still hold. */
  public Stream<Pod> held() {
    return Objects.requireNonNull(pods).list(p -> PodReader.read(p).held());
  }

  /** By the UID of their owner: a job of the same name, gone before, may have left pods. */
  public List<PodSeen> podsOf(Job job) {
    String uid = job.getMetadata().getUid();
    return Objects.requireNonNull(pods).getSecondaryResources(job).stream()
        .filter(p -> Owners.own(p, uid))
        .map(PodReader::read)
        .toList();
  }

  /** Takes what a look at a pool found. */
  public synchronized News want(Key pool, List<Assigned> held) {
    Wanted before = wanted.getOrDefault(pool, new Wanted(Map.of(), Set.of()));
    if (held.isEmpty()) {
      wanted.remove(pool);
      return News.NONE;
    }
    Map<String, Set<String>> nodes = new HashMap<>();
    Set<String> tasks = new HashSet<>();
    Set<Key> jobs = new HashSet<>();
    Set<Key> newTasks = new HashSet<>();
    for (Assigned one : held) {
      nodes.computeIfAbsent(one.waits().job(), k -> new HashSet<>()).add(one.node());
      // Each time: what the job did about it last may have come to nothing.
      jobs.add(new Key(pool.namespace(), one.waits().job()));
      if (one.waits().index() == null) {
        // A task of a factory has no object that could say so.
        tasks.add(one.task());
        if (!before.tasks().contains(one.task())) {
          newTasks.add(new Key(pool.namespace(), one.task()));
        }
      }
    }
    wanted.put(pool, new Wanted(nodes, tasks));
    return new News(jobs, newTasks);
  }

  /** Whether a node is prepared for it. */
  synchronized boolean isHeld(Task task, @Nullable Job job) {
    return job != null
        && job.getSpec().jobPreparationTask() != null
        && wanted
            .getOrDefault(poolOf(job), new Wanted(Map.of(), Set.of()))
            .tasks()
            .contains(task.getMetadata().getName());
  }

  private synchronized Set<String> wantedBy(Job job) {
    Wanted found = wanted.get(poolOf(job));
    return found == null
        ? Set.of()
        : Set.copyOf(found.nodes().getOrDefault(job.getMetadata().getName(), Set.of()));
  }

  private static Key poolOf(Job job) {
    return new Key(job.getMetadata().getNamespace(), JobPool.name(job));
  }

  /**
   * @param refusals of preparation pods of the job, by node
   */
  public PreparationSeen see(World world, Job job, Map<String, Refusal> refusals) {
    String namespace = job.getMetadata().getNamespace();
    Map<String, NodeSeen> nodes = new HashMap<>();
    world
        .pool(namespace, JobPool.name(job))
        .map(world::nodesOf)
        .ifPresent(all -> all.forEach(n -> put(nodes, n, true)));
    for (NodePreparation entry : job.statusOrNew().preparations()) {
      if (!nodes.containsKey(entry.nodeId())) {
        world.node(namespace, entry.nodeId()).ifPresent(n -> put(nodes, n, false));
      }
    }
    return new PreparationSeen(
        job,
        board.counts(Key.of(job)).running() > 0,
        nodes,
        wantedBy(job),
        podsOf(job),
        Set.of(),
        refusals,
        startTimeout,
        clock.instant());
  }

  private static void put(Map<String, NodeSeen> nodes, Pod pod, boolean ofPool) {
    NodeSeen node = node(pod, ofPool);
    nodes.put(node.name(), node);
  }

  private static NodeSeen node(Pod pod, boolean ofPool) {
    PodSeen seen = PodReader.read(pod);
    boolean present = !seen.deleting() && !seen.ended();
    boolean stays = present && seen.leaving() == null;
    boolean ready =
        seen.machine() != null
            && !seen.unreachable()
            && seen.container("node").map(PodSeen.ContainerSeen::ready).orElse(false);
    Map<String, String> marks = pod.getMetadata().getAnnotations();
    return new NodeSeen(
        seen.name(),
        seen.uid(),
        marks == null ? null : marks.get(Names.REBOOTED_FROM),
        present,
        stays,
        stays && ready,
        seen.unreachable() ? PodReader.notReadySince(pod) : null,
        ofPool);
  }

  /**
   * What a job may take of a pool: no more tasks than its nodes could, or those that no node takes
   * would hide those of other jobs.
   *
   * @param standings takes how the nodes stand, where the job has them prepared
   */
  Share mayTake(
      Job job,
      Pool pool,
      Collection<Pod> nodes,
      Map<String, Integer> used,
      Map<String, Map<String, NodeStanding>> standings) {
    int parallel = job.parallelTasks();
    if (job.getSpec().jobPreparationTask() == null) {
      return new Share(parallel, null);
    }
    List<NodeSeen> seen = new ArrayList<>();
    nodes.forEach(p -> seen.add(node(p, true)));
    Map<String, NodeStanding> found = Preparation.standings(job, seen);
    standings.put(job.getMetadata().getName(), found);
    int slots = pool.getSpec().slotsPerNode();
    List<String> open =
        found.keySet().stream().filter(n -> found.get(n) != NodeStanding.CLOSED).toList();
    long most = board.counts(Key.of(job)).running() + (long) open.size() * slots;
    return new Share(
        (int) Math.min(parallel, most),
        open.size() == found.size()
            ? null
            : FreeRoom.of(open.stream().mapToInt(n -> slots - used.getOrDefault(n, 0))));
  }

  /** Whether a node may run tasks of the job now. */
  public static boolean isReady(Job job, Pod node) {
    NodeSeen seen = node(node, true);
    return job.getSpec().jobPreparationTask() == null
        || Preparation.standings(job, List.of(seen)).get(seen.name()) == NodeStanding.READY;
  }

  /**
   * Keeps a job that somebody deletes until its nodes are released, or no longer. Nothing happens
   * where somebody else changed the job meanwhile: that has sent an event.
   */
  public void keep(Job job, boolean kept) {
    List<String> finalizers =
        job.getMetadata().getFinalizers() == null
            ? new ArrayList<>()
            : new ArrayList<>(job.getMetadata().getFinalizers());
    boolean changed = kept ? finalizers.add(Names.RELEASE) : finalizers.remove(Names.RELEASE);
    if (!changed) {
      return;
    }
    Map<String, Object> patch =
        Map.of(
            "metadata",
            Map.of(
                "uid",
                job.getMetadata().getUid(),
                "resourceVersion",
                job.getMetadata().getResourceVersion(),
                "finalizers",
                finalizers));
    try {
      client
          .resources(Job.class)
          .inNamespace(job.getMetadata().getNamespace())
          .withName(job.getMetadata().getName())
          .patch(MERGE, client.getKubernetesSerialization().asJson(patch));
    } catch (KubernetesClientException e) {
      if (!ApiErrors.isConflict(e) && !ApiErrors.isAbsent(e)) {
        throw e;
      }
    }
  }
}
