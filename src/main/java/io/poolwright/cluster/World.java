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
import io.poolwright.board.Board;
import io.poolwright.plan.pool.NodeRequest;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.ScheduleSeen;
import io.poolwright.snapshot.TaskSeen;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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
  private static final String BY_OWNER = "owner";

  private final Clock clock;
  private final Duration startTimeout;
  private final Statuses statuses;
  private final Board board;
  private final Pauses pauses;
  private final Applications applications;
  private final Preparations preparations;
  private final Gangs gangs = new Gangs();
  private @Nullable IndexerResourceCache<Task> tasks;
  private @Nullable IndexerResourceCache<Job> jobs;
  private @Nullable IndexerResourceCache<Pool> pools;
  private @Nullable InformerEventSource<Pod, Task> taskPods;
  private @Nullable InformerEventSource<Pod, Pool> nodePods;

  public World(
      Clock clock,
      Duration startTimeout,
      Statuses statuses,
      Board board,
      Pauses pauses,
      Applications applications,
      Preparations preparations) {
    this.clock = clock;
    this.startTimeout = startTimeout;
    this.statuses = statuses;
    this.board = board;
    this.pauses = pauses;
    this.applications = applications;
    this.preparations = preparations;
  }

  public void tasks(IndexerResourceCache<Task> cache, InformerEventSource<Pod, Task> pods) {
    cache.addIndexer(
        BY_JOB,
        t -> {
          String job = t.getSpec() == null ? "" : t.getSpec().jobId();
          return job == null ? List.of() : List.of(key(t, job));
        });
    cache.addIndexer(
        BY_NODE,
        t -> Gangs.nodesOf(t).stream().map(n -> key(t, n.poolId() + "/" + n.nodeId())).toList());
    cache.addIndexer(
        BY_PACKAGE,
        t ->
            t.getSpec() == null
                ? List.of()
                : packageKeys(t, t.getSpec().applicationPackageReferences()));
    tasks = cache;
    taskPods = pods;
  }

  /** Whether a task of the namespace cannot be read. */
  boolean hidesTask(String namespace) {
    return !Objects.requireNonNull(tasks).byIndex(BY_JOB, namespace + "/").isEmpty();
  }

  public Gangs gangs() {
    return gangs;
  }

  public void jobs(IndexerResourceCache<Job> cache) {
    cache.addIndexer(
        BY_POOL, j -> j.getSpec() == null ? List.of() : List.of(key(j, JobPool.name(j))));
    cache.addIndexer(BY_OWNER, World::owners);
    jobs = cache;
  }

  public void pools(IndexerResourceCache<Pool> cache, InformerEventSource<Pod, Pool> pods) {
    cache.addIndexer(
        BY_PACKAGE,
        p ->
            p.getSpec() == null
                ? List.of()
                : packageKeys(p, p.getSpec().applicationPackageReferences()));
    cache.addIndexer(BY_OWNER, World::owners);
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

  private static List<String> owners(HasMetadata owned) {
    return owned.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).toList();
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

  /** The task's job; not one of that name that was made since. */
  public Optional<Job> jobOf(Task task) {
    String namespace = task.getMetadata().getNamespace();
    return job(namespace, task.getSpec().jobId()).filter(j -> !Owners.ofAnother(task, j));
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

  /**
   * Jobs on the pool whose factories' tasks have no objects; with what was said of them and the
   * cache has not heard yet.
   */
  Stream<Job> factoriesOn(Pool pool) {
    return jobsOn(pool).stream()
        .filter(j -> j.getSpec().taskFactory() != null)
        .map(j -> statuses.latest(j, Job.class));
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
    Job job = jobOf(task).orElse(null);
    Pool pool = job == null ? null : pool(namespace, JobPool.name(job)).orElse(null);
    return new TaskSeen(
        task,
        job,
        pool,
        podsOf(task),
        applications.of(task, pool),
        board.parents(task),
        evicting(task),
        preparations.isHeld(task, job),
        job != null && board.isAtLimit(job),
        Set.of(),
        gangs.waits(task),
        pauses.of(task.getMetadata().getUid()),
        startTimeout,
        clock.instant());
  }

  private @Nullable NodeDeallocationOption evicting(Task task) {
    return task.statusOrNew().stateOrActive() != TaskState.RUNNING
        ? null
        : Gangs.nodesOf(task).stream()
            .map(n -> evicting(task.getMetadata().getNamespace(), n))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
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
        Objects.requireNonNull(jobs).byIndex(BY_OWNER, schedule.getMetadata().getUid()).stream()
            .map(j -> statuses.latest(j, Job.class));
    List<Pool> own =
        Objects.requireNonNull(pools).byIndex(BY_OWNER, schedule.getMetadata().getUid());
    return new ScheduleSeen(schedule, ScheduledJobs.read(made), own, null, clock.instant());
  }
}
