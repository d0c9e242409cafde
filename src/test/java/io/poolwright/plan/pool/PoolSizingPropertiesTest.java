package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.PodReader;
import io.poolwright.plan.pool.PoolPlan.NewNode;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.WaitingTask;
import io.poolwright.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pool that is run by the decision alone, whatever becomes of it, its nodes and its tasks. */
class PoolSizingPropertiesTest {
  private static final int SLOTS = 2;

  /** Each look is half a minute after the one before: a node needs a few, and rests for two. */
  private static final int LOOKS = 30;

  private static final List<String> REQUESTS =
      List.of("Reboot", "Reimage:TaskCompletion", "Reboot:Terminate", "DisableScheduling", "Dance");

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  /** How far a node pod is. */
  private enum Stage {
    CREATED,
    STARTING,
    READY,
    EVICTED
  }

  /** A node pod and what it runs. */
  private static final class Node {
    private final int number;
    private final boolean spot;
    private final String uid;
    private final Instant created;
    private Stage stage = Stage.CREATED;
    private Instant ready = Instant.EPOCH;
    private int used;
    private boolean deleting;
    private boolean known;
    private String shown = "Starting";
    private @Nullable String request;
    private @Nullable NodeDeallocationOption leaving;

    Node(NewNode node, String uid, Instant created) {
      this.number = node.number();
      this.spot = node.spot();
      this.uid = uid;
      this.created = created;
    }

    String name() {
      return Names.nodePod("p", number);
    }

    boolean goes() {
      return deleting || leaving != null || stage == Stage.EVICTED;
    }

    PodSeen seen() {
      var pod =
          new PodBuilder()
              .withNewMetadata()
              .withName(name())
              .withNamespace("team-a")
              .withUid(uid)
              .withCreationTimestamp(created.toString())
              .withDeletionTimestamp(deleting ? created.toString() : null)
              .addToLabels(Names.ROLE, Names.ROLE_NODE)
              .addToLabels(Names.POOL, "p")
              .addToLabels(Names.NUMBER, Integer.toString(number))
              .addToLabels(Names.DEDICATED, Boolean.toString(!spot))
              .addToLabels(Names.STATE, shown)
              .endMetadata()
              .withNewSpec()
              .withNodeName(stage == Stage.CREATED ? null : "machine")
              .endSpec()
              .withNewStatus()
              .withPhase(phase())
              .withReason(stage == Stage.EVICTED ? "Evicted" : null)
              .endStatus()
              .build();
      if (request != null) {
        pod.getMetadata().getAnnotations().put(Names.REQUEST, request);
      }
      if (leaving != null) {
        pod.getMetadata().getAnnotations().put(Names.LEAVING, leaving.name());
      }
      if (stage == Stage.READY) {
        pod.getStatus()
            .setContainerStatuses(
                List.of(
                    new ContainerStatusBuilder()
                        .withName("node")
                        .withReady(true)
                        .withNewState()
                        .withNewRunning()
                        .withStartedAt(ready.toString())
                        .endRunning()
                        .endState()
                        .build()));
      }
      return PodReader.read(pod);
    }

    private String phase() {
      return switch (stage) {
        case CREATED, STARTING -> "Pending";
        case READY -> "Running";
        case EVICTED -> "Failed";
      };
    }
  }

  /** The pool, its nodes, and what the user and the cluster do to them. */
  private static final class Model {
    private final Random random;
    private final FakeClock clock = new FakeClock();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Set<Integer> numbers = new HashSet<>();
    private Pool pool = new Pool();
    private @Nullable Refusal refusal;
    private boolean full;
    private int waiting;
    private int uids;

    Model(long seed) {
      random = new Random(seed);
      edit(false);
    }

    private String number(int bound) {
      return random.nextInt(4) == 0 ? "" : Integer.toString(random.nextInt(bound));
    }

    /** The user writes another spec. */
    void edit(boolean resize) {
      List<String> named =
          nodes.values().stream().filter(_ -> random.nextInt(5) == 0).map(Node::name).toList();
      PoolStatus status = pool.statusOrNew();
      long generation =
          pool.getMetadata().getGeneration() == null ? 0 : pool.getMetadata().getGeneration();
      pool =
          Clients.serialization()
              .unmarshal(
                  """
                  apiVersion: poolwright.io/v1alpha1
                  kind: Pool
                  metadata: {name: p, namespace: team-a, uid: uid-p, creationTimestamp: "2026-03-01T12:00:00Z"}
                  spec:
                    targetDedicatedNodes: %s
                    targetLowPriorityNodes: %s
                    spot: {nodeSelector: {spot: "yes"}}
                    removeNodes: [%s]
                    nodeDeallocationOption: %s
                    desiredAllocation: %s
                    resizeTimeout: %s
                    taskSlotsPerNode: %d
                    node: {size: {cpu: "2", memory: 4Gi}, image: "debian:13", directory: {kind: None}}
                  """
                      .formatted(
                          number(6),
                          number(4),
                          String.join(",", named),
                          List.of("TaskCompletion", "Requeue", "Terminate", "RetainedData")
                              .get(random.nextInt(4)),
                          resize || random.nextInt(6) > 0 ? "Resize" : "Stop",
                          resize || random.nextInt(3) > 0 ? "" : "2m",
                          SLOTS),
                  Pool.class);
      pool.getMetadata().setGeneration(generation + 1);
      pool.setStatus(status);
      refusal = null;
    }

    /** Something happens to a node, or to the tasks. */
    void happens() {
      full = random.nextInt(10) == 0;
      waiting += random.nextInt(3);
      if (random.nextInt(5) == 0) {
        edit(false);
      }
      for (Node node : List.copyOf(nodes.values())) {
        switch (random.nextInt(20)) {
          case 0 -> node.request = REQUESTS.get(random.nextInt(REQUESTS.size()));
          case 1 -> node.request = null;
          case 2 -> node.deleting = true;
          case 3 -> node.stage = Stage.EVICTED;
          case 4, 5, 6 -> node.used = Math.max(0, node.used - 1);
          default -> {}
        }
        goesOn(node);
      }
    }

    /** The cluster does its part. */
    void goesOn(Node node) {
      if (node.deleting && node.known && random.nextBoolean()) {
        nodes.remove(node.number);
      } else if (node.stage == Stage.CREATED) {
        node.stage = Stage.STARTING;
      } else if (node.stage == Stage.STARTING) {
        node.stage = Stage.READY;
        node.ready = clock.instant();
      }
    }

    boolean isNamed(Node node) {
      return pool.getSpec().removeNodes().contains(node.name());
    }

    long kept(boolean spot) {
      return nodes.values().stream()
          .filter(n -> n.spot == spot && !n.goes() && !isNamed(n))
          .count();
    }

    int target(boolean spot) {
      return spot ? pool.lowPriorityTarget() : pool.dedicatedTarget();
    }

    /** A resize that was stopped leaves the pool as large as it was, which it stays. */
    int aim(PoolStatus status, boolean spot) {
      PoolStatus.Resize resize = status.resize();
      Integer kept =
          resize == null
              ? null
              : spot ? resize.keptLowPriorityNodes() : resize.keptDedicatedNodes();
      return kept == null ? target(spot) : kept;
    }

    private PoolSeen seen() {
      Map<String, Integer> used = new HashMap<>();
      nodes.values().stream().filter(n -> n.used > 0).forEach(n -> used.put(n.name(), n.used));
      List<WaitingTask> tasks = new ArrayList<>();
      for (int i = 0; i < waiting; i++) {
        tasks.add(
            new WaitingTask("t" + i, 1 + i % SLOTS, 0, FakeClock.START, "j", FakeClock.START, i));
      }
      return new PoolSeen(
          pool,
          nodes.values().stream().map(Node::seen).toList(),
          used,
          Map.of(),
          Map.of(),
          Map.of(),
          tasks,
          Map.of(),
          Map.of(),
          PoolLoad.NONE,
          Duration.ofSeconds(30),
          List.of(),
          PreemptibleSeen.NONE,
          null,
          null,
          Map.of(),
          Map.of(),
          Map.of(),
          refusal,
          clock.instant());
    }

    /** One look, in the order of the reconciler. Returns whether anything was done or said. */
    boolean look() {
      clock.advance(Duration.ofSeconds(30));
      PoolPlan plan = PoolSizing.decide(seen());
      nodes.values().forEach(n -> n.known = true);
      NodeDeallocationOption how = pool.getSpec().deallocation();
      for (PoolPlan.Mark mark : plan.mark()) {
        assertThat(how.stopsTasks()).as("%s stops tasks", how).isTrue();
        node(mark.node().name()).leaving = mark.how();
      }
      for (String name : plan.wake()) {
        Node node = node(name);
        assertThat(node.request != null || node.goes()).as("%s stops its tasks", name).isTrue();
        node.used = 0;
      }
      for (PodSeen pod : plan.delete()) {
        Node node = node(pod.name());
        // A task that its node has just been woken to stop is there until that is done.
        assertThat(seenUsed(pod, plan) == 0 || node.stage == Stage.EVICTED)
            .as("%s is deleted with tasks", pod.name())
            .isTrue();
        node.deleting = true;
      }
      plan.show().forEach(s -> node(s.pod().name()).shown = s.state());
      create(plan);
      assign(plan);
      if (plan.say() != null) {
        pool.setStatus(plan.say());
      }
      return plan.say() != null
          || !plan.create().isEmpty()
          || !plan.delete().isEmpty()
          || !plan.mark().isEmpty()
          || !plan.show().isEmpty();
    }

    private int seenUsed(PodSeen pod, PoolPlan plan) {
      return plan.wake().contains(pod.name()) ? 1 : node(pod.name()).used;
    }

    private Node node(String name) {
      return nodes.values().stream()
          .filter(n -> n.name().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no node " + name));
    }

    private void create(PoolPlan plan) {
      Set<Integer> again = new HashSet<>();
      pool.statusOrNew().restarting().forEach(r -> again.add(r.node()));
      for (boolean spot : new boolean[] {false, true}) {
        List<NewNode> made = plan.create().stream().filter(n -> n.spot() == spot).toList();
        if (made.stream().anyMatch(n -> !again.contains(n.number()))) {
          assertThat(kept(spot) + made.size())
              .as("with %s", made)
              .isLessThanOrEqualTo(aim(plan.say() == null ? pool.statusOrNew() : plan.say(), spot));
        }
      }
      if (full && !plan.create().isEmpty()) {
        refusal = new Refusal("exceeded quota", clock.instant());
        return;
      }
      refusal = null;
      for (NewNode one : plan.create()) {
        assertThat(numbers.add(one.number()) || again.contains(one.number()))
            .as("number %d is new, or restarts", one.number())
            .isTrue();
        Node node = new Node(one, "uid-" + uids++, clock.instant());
        assertThat(nodes.put(one.number(), node)).as("one of a name").isNull();
      }
    }

    private void assign(PoolPlan plan) {
      for (Assignment.Assigned one : plan.assign()) {
        Node node = node(one.node());
        node.used += one.waits().slots();
        assertThat(node.used).isLessThanOrEqualTo(SLOTS);
        assertThat(node.stage).isEqualTo(Stage.READY);
        assertThat(node.goes() || isNamed(node)).as("%s is to go", one.node()).isFalse();
        waiting--;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverHappensItGetsItsTargetAndNoNodeGoesWithTasksOnIt(long seed) {
    Model model = new Model(seed);
    for (int i = 0; i < 40; i++) {
      model.happens();
      model.look();
    }
    model.edit(true);
    model.full = false;
    model.waiting = 0;
    boolean busy = true;
    for (int i = 0; i < LOOKS && busy; i++) {
      model.nodes.values().forEach(n -> n.used = 0);
      List.copyOf(model.nodes.values()).forEach(model::goesOn);
      busy =
          model.look()
              || model.nodes.values().stream().anyMatch(n -> n.goes() || n.stage != Stage.READY);
    }
    assertThat(busy).as("is still busy: %s", model.pool).isFalse();
    for (boolean spot : new boolean[] {false, true}) {
      assertThat(model.kept(spot)).isEqualTo(model.aim(model.pool.statusOrNew(), spot));
    }
    assertThat(model.nodes.values()).noneMatch(Node::goes).noneMatch(model::isNamed);
  }
}
