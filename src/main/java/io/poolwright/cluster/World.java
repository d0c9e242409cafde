package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.plan.pool.NodeRequest;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.ScheduleSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.snapshot.WaitingTask;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gathers snapshots from the caches. Each kind has one cache, that of its reconciler; the others
 * look into it here.
 */
public final class World {
  private static final String BY_JOB = "job";
  private static final String BY_NODE = "node";
  private static final String BY_POOL = "pool";
  private static final String BY_PACKAGE = "package";
  private static final String BY_SCHEDULE = "schedule";

  /** How many waiting tasks a pass looks at beyond what its nodes could take at most. */
  private static final int LOOK_AHEAD = 256;

  private final Clock clock;
  private final Duration startTimeout;
  private final Duration samplePeriod;
  private final Statuses statuses;
  private final Board board;
  private final Pauses pauses;
  private final Applications applications;
  private final Preparations preparations;
  private final FactoryPods factoryPods;
  private @Nullable IndexerResourceCache<Task> tasks;
  private @Nullable IndexerResourceCache<Job> jobs;
  private @Nullable IndexerResourceCache<Pool> pools;
  private @Nullable InformerEventSource<Pod, Task> taskPods;
  private @Nullable InformerEventSource<Pod, Pool> nodePods;

  public World(
      Clock clock,
      Duration startTimeout,
      Duration samplePeriod,
      Statuses statuses,
      Board board,
      Pauses pauses,
      Applications applications,
      FactoryPods factoryPods,
      Preparations preparations) {
    this.clock = clock;
    this.startTimeout = startTimeout;
    this.samplePeriod = samplePeriod;
    this.statuses = statuses;
    this.board = board;
    this.pauses = pauses;
    this.applications = applications;
    this.preparations = preparations;
    this.factoryPods = factoryPods;
  }

  public void tasks(IndexerResourceCache<Task> cache, InformerEventSource<Pod, Task> pods) {
    cache.addIndexer(
        BY_JOB,
        t ->
            t.getSpec() == null || t.getSpec().jobId() == null
                ? List.of()
                : List.of(key(t, t.getSpec().jobId())));
    cache.addIndexer(
        BY_NODE,
        t -> {
          NodeInfo node = t.statusOrNew().nodeInfo();
          return node == null ? List.of() : List.of(key(t, node.poolId() + "/" + node.nodeId()));
        });
    cache.addIndexer(
        BY_PACKAGE,
        t ->
            t.getSpec() == null
                ? List.of()
                : packageKeys(t, t.getSpec().applicationPackageReferences()));
    tasks = cache;
    taskPods = pods;
  }

  public void jobs(IndexerResourceCache<Job> cache) {
    cache.addIndexer(
        BY_POOL,
        j -> j.getSpec() == null ? List.of() : List.of(key(j, j.getSpec().poolInfo().poolId())));
    cache.addIndexer(
        BY_SCHEDULE,
        j -> j.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).toList());
    jobs = cache;
  }

  public void pools(IndexerResourceCache<Pool> cache, InformerEventSource<Pod, Pool> pods) {
    cache.addIndexer(
        BY_PACKAGE,
        p ->
            p.getSpec() == null
                ? List.of()
                : packageKeys(p, p.getSpec().applicationPackageReferences()));
    pools = cache;
    nodePods = pods;
  }

  /** A look that comes before its event must not find it missing and make another. */
  public void madeNode(Pod pod) {
    Objects.requireNonNull(nodePods).handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
  }

  /** The same for a change: what was changed must not be changed again. */
  public void changedNode(Pod pod) {
    ResourceID id = ResourceID.fromResource(pod);
    InformerEventSource<Pod, Pool> pods = Objects.requireNonNull(nodePods);
    pods.get(id).ifPresent(before -> pods.handleRecentResourceUpdate(id, pod, before));
  }

  private static List<String> packageKeys(
      HasMetadata from, List<ApplicationPackageReference> references) {
    return references.stream().map(r -> key(from, r.applicationId())).distinct().toList();
  }

  private static String key(HasMetadata near, String name) {
    return near.getMetadata().getNamespace() + "/" + name;
  }

  /** Objects that cannot be read count as absent here; their own reconciler says so. */
  private <R extends CustomResource<?, ?>> Optional<R> find(
      @Nullable IndexerResourceCache<R> cache, Class<R> kind, String namespace, String name) {
    return Objects.requireNonNull(cache, "the operator has not started")
        .get(new ResourceID(name, namespace))
        .filter(r -> r.getSpec() != null)
        .map(r -> statuses.latest(r, kind));
  }

  public Optional<Task> task(String namespace, String name) {
    return find(tasks, Task.class, namespace, name);
  }

  public Optional<Job> job(String namespace, @Nullable String name) {
    return name == null ? Optional.empty() : find(jobs, Job.class, namespace, name);
  }

  /** It is there, and nobody can tell what it says: nothing may be decided from its absence. */
  public boolean isUnreadableJob(String namespace, @Nullable String name) {
    return name != null
        && Objects.requireNonNull(jobs)
            .get(new ResourceID(name, namespace))
            .filter(j -> j.getSpec() == null)
            .isPresent();
  }

  public Optional<Pool> pool(String namespace, String name) {
    return find(pools, Pool.class, namespace, name);
  }

  public List<Task> tasksOf(Job job) {
    return Objects.requireNonNull(tasks).byIndex(BY_JOB, key(job, job.getMetadata().getName()));
  }

  public List<Job> jobsOn(Pool pool) {
    return Objects.requireNonNull(jobs).byIndex(BY_POOL, key(pool, pool.getMetadata().getName()));
  }

  public List<Pool> poolsWith(ApplicationPackage found) {
    return Objects.requireNonNull(pools)
        .byIndex(BY_PACKAGE, key(found, found.getMetadata().getName()));
  }

  /** Tasks that are not over and need the package in a pod of their own. */
  public Stream<Task> tasksWith(ApplicationPackage found) {
    Stream<Task> own =
        Objects.requireNonNull(tasks)
            .byIndex(BY_PACKAGE, key(found, found.getMetadata().getName()))
            .stream();
    Stream<Task> ofPools =
        poolsWith(found).stream()
            .filter(p -> !p.getSpec().node().directoryOrDefault().shared())
            .flatMap(p -> jobsOn(p).stream())
            .flatMap(j -> tasksOf(j).stream());
    return Stream.concat(own, ofPools)
        .filter(t -> t.statusOrNew().stateOrActive() == TaskState.ACTIVE);
  }

  public Stream<Pool> allPools() {
    return Objects.requireNonNull(pools).list(p -> p.getSpec() != null);
  }

  /** Task pods that we still hold. */
  public Stream<Pod> heldPods() {
    return Objects.requireNonNull(taskPods).list(p -> PodReader.read(p).held());
  }

  /** By the UID of their owner: a task of the same name, gone before, may have left pods. */
  public List<PodSeen> podsOf(Task task) {
    String uid = task.getMetadata().getUid();
    return Objects.requireNonNull(taskPods).getSecondaryResources(task).stream()
        .filter(p -> Owners.own(p, uid))
        .map(PodReader::read)
        .toList();
  }

  public TaskSeen seeTask(Task task) {
    String namespace = task.getMetadata().getNamespace();
    Job job = job(namespace, task.getSpec().jobId()).orElse(null);
    Pool pool =
        job == null ? null : pool(namespace, job.getSpec().poolInfo().poolId()).orElse(null);
    return new TaskSeen(
        task,
        job,
        pool,
        podsOf(task),
        applications.of(task, pool),
        board.parents(task),
        evicting(task),
        preparations.isHeld(task, job),
        false,
        pauses.of(task.getMetadata().getUid()),
        startTimeout,
        clock.instant());
  }

  private @Nullable NodeDeallocationOption evicting(Task task) {
    NodeInfo node = task.statusOrNew().nodeInfo();
    return node == null || task.statusOrNew().stateOrActive() != TaskState.RUNNING
        ? null
        : evicting(task.getMetadata().getNamespace(), node);
  }

  /** What a node on its way out does to a task that runs there; null where it may run on. */
  @Nullable NodeDeallocationOption evicting(String namespace, NodeInfo node) {
    // One that cannot be read is there all the same.
    if (Objects.requireNonNull(pools).get(new ResourceID(node.poolId(), namespace)).isEmpty()) {
      return NodeDeallocationOption.REQUEUE;
    }
    return node(namespace, node.nodeId())
        .map(PodReader::read)
        .map(NodeRequest::stoppedBy)
        .orElse(null);
  }

  /**
   * Tasks that run on this node, or did last; with what was said of them and the cache has not
   * heard yet.
   */
  public Stream<Task> tasksOn(Pool pool, String node) {
    String poolAndNode = pool.getMetadata().getName() + "/" + node;
    return Objects.requireNonNull(tasks).byIndex(BY_NODE, key(pool, poolAndNode)).stream()
        .filter(t -> t.getSpec() != null)
        .map(t -> statuses.latest(t, Task.class));
  }

  /** With how long the data on these nodes is kept: it looks at every task that ran there. */
  public PoolSeen withKept(PoolSeen seen, List<PodSeen> on) {
    return seen.withKept(Retained.on(this, seen, on));
  }

  private List<PodSeen> runningOn(Pool pool, Set<String> nodes) {
    Stream<PodSeen> ofObjects =
        nodes.stream()
            .flatMap(n -> tasksOn(pool, n))
            .filter(t -> t.statusOrNew().stateOrActive() == TaskState.RUNNING)
            .flatMap(t -> podsOf(t).stream());
    Stream<PodSeen> ofFactories =
        nodes.stream()
            .flatMap(n -> factoryPods.on(pool.getMetadata().getNamespace(), n).stream())
            .map(PodReader::read)
            .filter(p -> !p.gated());
    return Stream.concat(ofObjects, ofFactories).toList();
  }

  /**
   * @param lendRefusal why the room of its nodes could not be lent last
   * @param obstacle what keeps it from its Service or NetworkPolicy
   */
  public PoolSeen seePool(
      Pool pool,
      PoolSeen.@Nullable Refusal refusal,
      @Nullable String lendRefusal,
      PoolSeen.@Nullable Obstacle obstacle) {
    Key key = Key.of(pool);
    Collection<Pod> pods = nodesOf(pool);
    List<PodSeen> nodes = pods.stream().map(PodReader::read).toList();
    Map<String, Map<String, NodeStanding>> standings = new HashMap<>();
    int most = nodes.size() * pool.getSpec().slotsPerNode() + LOOK_AHEAD;
    return new PoolSeen(
        pool,
        nodes,
        board.usedSlots(key),
        board.loads(key, nodes.stream().map(PodSeen::name).toList()),
        Map.of(),
        Map.of(),
        board
            .next(
                key,
                most,
                j ->
                    job(key.namespace(), j)
                        .map(found -> preparations.mayTake(found, pool, pods, standings))
                        .orElse(0))
            .stream()
            .map(t -> t.affinity() == null ? t : t.near(nodeOf(pool, t, t.affinity())))
            .toList(),
        standings,
        board.load(key),
        samplePeriod,
        pool.getSpec().lends() ? runningOn(pool, board.usedSlots(key).keySet()) : List.of(),
        lendRefusal,
        obstacle,
        applications.of(pool),
        refusal,
        clock.instant());
  }

  /** The node that an affinity means; one that is not there has no room. */
  private String nodeOf(Pool pool, WaitingTask task, String affinity) {
    String namespace = pool.getMetadata().getNamespace();
    return Stream.of(affinity, Names.inlineTask(task.job(), affinity))
        .flatMap(name -> task(namespace, name).stream())
        .filter(t -> task.job().equals(t.getSpec().jobId()) && t.id().equals(affinity))
        .map(t -> t.statusOrNew().nodeInfo())
        .filter(n -> n != null && n.poolId().equals(pool.getMetadata().getName()))
        .map(NodeInfo::nodeId)
        .findFirst()
        .orElse(affinity);
  }

  Collection<Pod> nodesOf(Pool pool) {
    return Objects.requireNonNull(nodePods).getSecondaryResources(pool);
  }

  public Optional<Pod> node(String namespace, String name) {
    return Objects.requireNonNull(nodePods).get(new ResourceID(name, namespace));
  }

  /** Whether a node may run tasks of the job, as far as its preparation goes. */
  public boolean isPrepared(Job job, String node) {
    return job.getSpec().jobPreparationTask() == null
        || node(job.getMetadata().getNamespace(), node)
            .map(n -> Preparations.isReady(job, n))
            .orElse(false);
  }

  /** The packages that a node joined with, as the mark on its pod says. */
  public @Nullable String packagesOn(String namespace, String node) {
    return node(namespace, node)
        .map(p -> p.getMetadata().getAnnotations())
        .map(a -> a.get(Names.JOINED_WITH))
        .orElse(null);
  }

  public ScheduleSeen seeSchedule(JobSchedule schedule) {
    Stream<Job> made =
        Objects.requireNonNull(jobs).byIndex(BY_SCHEDULE, schedule.getMetadata().getUid()).stream()
            .map(j -> statuses.latest(j, Job.class));
    return new ScheduleSeen(schedule, ScheduledJobs.read(made), null, clock.instant());
  }
}
