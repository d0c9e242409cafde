package io.poolwright.plan.pool;

import static java.util.stream.Collectors.groupingBy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.pods.Shares;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Phase;
import io.poolwright.snapshot.PodSeen.Room;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who requests the room of a node where {@code reservation} is Lend (section 3 of the design): of
 * each task that runs its share, and the node pod what is left. Computed from what the pods request
 * now, so that it comes right however often it is interrupted. Where a stranger takes the room in
 * between the task runs on with its small request.
 */
final class Lending {
  /** What a pod requests that has nothing: of cpu in thousandths, of memory in bytes. */
  private static final Map<String, BigDecimal> NEXT_TO_NOTHING =
      Map.of("cpu", new BigDecimal("0.001"), "memory", new BigDecimal(1024 * 1024));

  private final int slotsPerNode;

  Lending(int slotsPerNode) {
    this.slotsPerNode = slotsPerNode;
  }

  List<PoolPlan.Resize> decide(List<PoolNode> nodes, List<PodSeen> running) {
    Map<String, List<PodSeen>> byNode =
        running.stream()
            .filter(p -> p.node() != null && isUnderWay(p))
            .collect(groupingBy(p -> String.valueOf(p.node())));
    List<PoolPlan.Resize> shrink = new ArrayList<>();
    List<PoolPlan.Resize> tasks = new ArrayList<>();
    List<PoolPlan.Resize> grow = new ArrayList<>();
    for (PoolNode node : nodes) {
      Room room = node.pod().room();
      if (room == null || !holdsRoom(node.state())) {
        continue;
      }
      List<PodSeen> on = byNode.getOrDefault(node.pod().name(), List.of());
      Map<String, BigDecimal> lent = new TreeMap<>();
      for (PodSeen task : on) {
        if (task.room() != null) {
          Map<String, Quantity> share = share(task.room(), room);
          share.keySet().forEach(r -> lent.merge(r, amount(share, r), BigDecimal::add));
          if (differ(share, task.room().requests())) {
            tasks.add(new PoolPlan.Resize(task, "task", share));
          }
        }
      }
      Map<String, Quantity> rest = rest(room, lent);
      if (differ(rest, room.requests())) {
        boolean less = isLess(rest, room.requests());
        (less ? shrink : grow).add(new PoolPlan.Resize(node.pod(), "node", rest));
      }
    }
    return Stream.of(shrink, tasks, grow).flatMap(List::stream).toList();
  }

  /** Where nothing is lent any more: what pods still lack of their size. */
  List<PoolPlan.Resize> takeBack(List<PoolNode> nodes) {
    return decide(nodes, List.of()).stream()
        .filter(r -> r.pod().room() != null && !isLess(r.requests(), r.pod().room().requests()))
        .toList();
  }

  /** Its command runs: before, it only brings in files, and after, it sends them out. */
  private static boolean isUnderWay(PodSeen pod) {
    return pod.phase() == Phase.RUNNING
        && !pod.deleting()
        && pod.container("task").map(ContainerSeen::state).orElse(null) instanceof PodSeen.Running;
  }

  private static boolean holdsRoom(NodeState state) {
    return state.takesTasks() || state == NodeState.OFFLINE;
  }

  /** What others leave of the node a task may use, but only its slots' share is lent to it. */
  private Map<String, Quantity> share(Room task, Room node) {
    Map<String, Quantity> share = new TreeMap<>();
    NEXT_TO_NOTHING.keySet().stream()
        .filter(task.limits()::containsKey)
        .forEach(r -> share.put(r, task.limits().get(r)));
    if (task.slots() != null) {
      Shares.of(node.limits(), task.slots(), slotsPerNode)
          .forEach((r, part) -> share.computeIfPresent(r, (_, most) -> less(part, most)));
    }
    return share;
  }

  private static Quantity less(Quantity one, Quantity other) {
    return one.getNumericalAmount().compareTo(other.getNumericalAmount()) < 0 ? one : other;
  }

  private static Map<String, Quantity> rest(Room node, Map<String, BigDecimal> lent) {
    Map<String, Quantity> rest = new TreeMap<>();
    NEXT_TO_NOTHING.forEach((resource, least) -> {
      BigDecimal left =
          amount(node.limits(), resource).subtract(lent.getOrDefault(resource, BigDecimal.ZERO));
      rest.put(resource, quantity(resource, left.max(least)));
    });
    return rest;
  }

  private static Quantity quantity(String resource, BigDecimal amount) {
    return resource.equals("cpu")
        ? new Quantity(amount.movePointRight(3).toBigInteger().toString(), "m")
        : new Quantity(amount.toBigInteger().toString(), "");
  }

  private static BigDecimal amount(Map<String, Quantity> of, String resource) {
    Quantity quantity = of.get(resource);
    return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
  }

  private static boolean differ(Map<String, Quantity> wanted, Map<String, Quantity> present) {
    return wanted.keySet().stream()
        .anyMatch(r -> amount(wanted, r).compareTo(amount(present, r)) != 0);
  }

  private static boolean isLess(Map<String, Quantity> wanted, Map<String, Quantity> present) {
    return wanted.keySet().stream()
        .anyMatch(r -> amount(wanted, r).compareTo(amount(present, r)) < 0);
  }
}
