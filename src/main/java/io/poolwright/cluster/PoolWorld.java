package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.board.Board;
import io.poolwright.board.FreeRoom;
import io.poolwright.board.Key;
import io.poolwright.board.Offer;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.WaitingTask;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers snapshots of pools. */
public final class PoolWorld {
  /** How many tasks more than there are slots a look is given. */
  private static final int LOOK_AHEAD = 256;

  private final World world;
  private final Board board;
  private final Preparations preparations;
  private final Applications applications;
  private final FactoryPods factoryPods;
  private final Duration samplePeriod;
  private final Clock clock;

  public PoolWorld(
      World world,
      Board board,
      Preparations preparations,
      Applications applications,
      FactoryPods factoryPods,
      Duration samplePeriod,
      Clock clock) {
    this.world = world;
    this.board = board;
    this.preparations = preparations;
    this.applications = applications;
    this.factoryPods = factoryPods;
    this.samplePeriod = samplePeriod;
    this.clock = clock;
  }

  /** With how long the data on these nodes is kept: it looks at every task that ran there. */
  public PoolSeen withKept(PoolSeen seen, List<PodSeen> on) {
    return seen.withKept(Retained.on(world, seen, on));
  }

  /**
   * @param stuck nodes that could not be removed
   * @param lendRefusal why the room of its nodes could not be lent last
   * @param obstacle what keeps it from its Service or NetworkPolicy
   */
  public PoolSeen seePool(
      Pool pool,
      @Nullable Refusal refusal,
      Map<String, Refusal> stuck,
      @Nullable Refusal lendRefusal,
      PoolSeen.@Nullable Obstacle obstacle) {
    Key key = Key.of(pool);
    Collection<Pod> pods = world.nodesOf(pool);
    List<PodSeen> nodes = pods.stream().map(PodReader::read).toList();
    Map<String, Map<String, NodeStanding>> standings = new HashMap<>();
    int slots = pool.getSpec().slotsPerNode();
    Map<String, Integer> used = board.usedSlots(key);
    Offer offer =
        board.next(
            key,
            nodes.size() * slots + LOOK_AHEAD,
            FreeRoom.of(nodes.stream().mapToInt(n -> slots - used.getOrDefault(n.name(), 0))),
            j ->
                world
                    .job(key.namespace(), j)
                    .map(found -> preparations.mayTake(found, pool, pods, used, standings))
                    .orElse(new FreeRoom.Share(0, null)));
    return new PoolSeen(
        pool,
        nodes,
        used,
        board.loads(key, nodes.stream().map(PodSeen::name).toList()),
        Map.of(),
        Map.of(),
        offer.tasks().stream()
            .map(t -> t.affinity() == null ? t : t.near(nodeOf(pool, t, t.affinity())))
            .toList(),
        offer.left(),
        standings,
        board.load(key),
        samplePeriod,
        pool.getSpec().lends()
            ? RunningPods.on(world, factoryPods, pool, used.keySet())
            : List.of(),
        PreemptibleSeen.NONE,
        lendRefusal,
        obstacle,
        applications.of(pool),
        Map.of(),
        stuck,
        refusal,
        clock.instant());
  }

  /** The node that an affinity means; one that is not there has no room. */
  private String nodeOf(Pool pool, WaitingTask task, String affinity) {
    String namespace = pool.getMetadata().getNamespace();
    return Stream.of(affinity, Names.inlineTask(task.job(), affinity))
        .flatMap(name -> world.task(namespace, name).stream())
        .filter(t -> task.job().equals(t.getSpec().jobId()) && t.id().equals(affinity))
        .map(t -> t.statusOrNew().nodeInfo())
        .filter(n -> n != null && n.poolId().equals(pool.getMetadata().getName()))
        .map(NodeInfo::nodeId)
        .findFirst()
        .orElse(affinity);
  }
}
