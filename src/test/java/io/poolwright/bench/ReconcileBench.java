package io.poolwright.bench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.board.Board;
import io.poolwright.board.FreeRoom;
import io.poolwright.board.Key;
import io.poolwright.board.Offer;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.PodReader;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.plan.pool.PoolSizing;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code dev/bench reconcile}: what one look at a pool costs without its writes: reading its node
 * pods, asking the board, and deciding; with ever more tasks that wait.
 */
final class ReconcileBench {
  private static final int NODES = 200;
  private static final int SLOTS = 4;
  private static final int LOOKS = 400;

  private ReconcileBench() {}

  public static void main(String[] args) {
    System.out.printf(
        "%d nodes of %d slots, half of them in use; median and 95th percentile of %d looks, in ms%n",
        NODES, SLOTS, LOOKS);
    for (int waiting : new int[] {0, 400, 10_000, 100_000}) {
      new Looked(waiting).measure();
    }
  }

  /** One pool with its nodes and so many waiting tasks. */
  private static final class Looked {
    private final int waiting;
    private final Pool pool;
    private final List<Pod> pods = new ArrayList<>();
    private final Board board = new Board(Clock.systemUTC());
    private int assigned;

    private Looked(int waiting) {
      this.waiting = waiting;
      pool =
          yaml(
              Pool.class,
              """
              apiVersion: poolwright.io/v1alpha1
              kind: Pool
              metadata: {name: p, namespace: n, uid: u, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
              spec:
                targetDedicatedNodes: %d
                taskSlotsPerNode: %d
                node: {size: {cpu: "4", memory: 4Gi}, image: i}
              """
                  .formatted(NODES, SLOTS));
      Job job =
          yaml(
              Job.class,
              """
              apiVersion: poolwright.io/v1alpha1
              kind: Job
              metadata: {name: j, namespace: n, uid: j, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
              spec: {poolInfo: {poolId: p}}
              """);
      for (int i = 1; i <= NODES; i++) {
        pods.add(node(i));
      }
      for (int i = 0; i < NODES * SLOTS / 2; i++) {
        board.put(task("r" + i, "p-node-" + (1 + i % NODES)), job, false);
      }
      for (int i = 0; i < waiting; i++) {
        board.put(task("w" + i, null), job, true);
      }
      board.open();
    }

    private static <R> R yaml(Class<R> kind, String text) {
      return Clients.serialization().unmarshal(text, kind);
    }

    private static Pod node(int number) {
      return yaml(
          Pod.class,
          """
          apiVersion: v1
          kind: Pod
          metadata:
            name: p-node-%1$d
            namespace: n
            uid: n%1$d
            resourceVersion: "1"
            creationTimestamp: "2026-01-01T00:00:00Z"
            labels: {poolwright.io/role: node, poolwright.io/pool: p, poolwright.io/number: "%1$d", poolwright.io/dedicated: "true"}
          spec: {nodeName: m%1$d}
          status:
            phase: Running
            conditions:
              - {type: Ready, status: "True"}
              - {type: ContainersReady, status: "True"}
              - {type: PodScheduled, status: "True"}
            initContainerStatuses:
              - {name: packages, ready: true, state: {terminated: {exitCode: 0}}}
            containerStatuses:
              - {name: node, ready: true, state: {running: {startedAt: "2026-01-01T00:00:05Z"}}}
          """
              .formatted(number));
    }

    private static Task task(String name, @org.jspecify.annotations.Nullable String node) {
      Task task =
          yaml(
              Task.class,
              """
              apiVersion: poolwright.io/v1alpha1
              kind: Task
              spec: {jobId: j, commandLine: "true"}
              %s
              """
                  .formatted(
                      node == null
                          ? ""
                          : "status: {state: Running, nodeInfo: {poolId: p, nodeId: "
                              + node
                              + "}}"));
      task.setMetadata(
          new ObjectMetaBuilder()
              .withName(name)
              .withNamespace("n")
              .withUid(name)
              .withResourceVersion("1")
              .withCreationTimestamp("2026-01-01T00:00:00Z")
              .build());
      return task;
    }

    private void measure() {
      look(LOOKS);
      long[] took = look(LOOKS);
      Arrays.sort(took);
      System.out.printf(
          "%7d waiting: %6.2f  %6.2f   (%d assigned)%n",
          waiting, took[LOOKS / 2] / 1e6, took[LOOKS * 95 / 100] / 1e6, assigned);
    }

    private long[] look(int times) {
      long[] took = new long[times];
      for (int i = 0; i < times; i++) {
        long start = System.nanoTime();
        PoolPlan plan = PoolSizing.decide(seen());
        took[i] = System.nanoTime() - start;
        assigned = plan.assign().size();
      }
      return took;
    }

    private PoolSeen seen() {
      Key key = new Key("n", "p");
      Map<String, Integer> used = board.usedSlots(key);
      IntStream free =
          pods.stream().mapToInt(p -> SLOTS - used.getOrDefault(p.getMetadata().getName(), 0));
      Offer offer =
          board.next(
              key,
              NODES * SLOTS + 256,
              FreeRoom.of(free),
              job -> new FreeRoom.Share(Integer.MAX_VALUE, null));
      return new PoolSeen(
          pool,
          pods.stream().map(PodReader::read).toList(),
          used,
          board.loads(key, pods.stream().map(p -> p.getMetadata().getName()).toList()),
          Map.of(),
          Map.of(),
          offer.tasks(),
          offer.left(),
          Map.of(),
          board.load(key),
          Duration.ofSeconds(30),
          List.of(),
          PreemptibleSeen.NONE,
          null,
          null,
          Map.of(),
          Map.of(),
          Map.of(),
          null,
          Instant.parse("2026-01-01T01:00:00Z"));
    }
  }
}
