package io.poolwright.plan.pool;

import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.WaitingTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting tasks get which nodes (section 11 of the reference). One pass; its cost is in what
 * fits and what was looked at, not in what waits. A task that needs more slots than any node has
 * free is passed over, not waited for; one that needs several nodes at once is waited for: the
 * nodes that are free are kept for it, or tasks that need less would overtake it for as long as
 * there are any.
 */
public final class Assignment {
  private Assignment() {}

  /** A node that takes tasks. */
  public record Room(String node, int freeSlots, int usedSlots, boolean spot) {}

  /** One task on one node. */
  public record Assigned(WaitingTask waits, String node) {
    public String task() {
      return waits.name();
    }
  }

  /**
   * @param waiting in the order in which they are to run
   * @param packs fill the fullest node that has room first; otherwise the emptiest first
   */
  public static List<Assigned> decide(List<Room> rooms, List<WaitingTask> waiting, boolean packs) {
    return decide(rooms, waiting, packs, Map.of(), Map.of());
  }

  /**
   * @param left how many more tasks of a job may have a node, by the job; as many as there are of
   *     one that is not in it
   */
  public static List<Assigned> decide(
      List<Room> rooms,
      List<WaitingTask> waiting,
      boolean packs,
      Map<String, Integer> left,
      Map<String, Map<String, NodeStanding>> standings) {
    Preemption none = new Preemption(PreemptibleSeen.NONE, List.of());
    return decide(rooms, waiting, packs, left, standings, none, rooms);
  }

  /**
   * @param left how many more tasks of a job may have a node, by the job; as many as there are of
   *     one that is not in it
   * @param standings by job and node, of jobs that have their nodes prepared: their tasks go to
   *     nodes that are, or are being, before others
   * @param preemption keeps room for those that none is found for
   * @param takers all that take tasks, those without room as well
   */
  static List<Assigned> decide(
      List<Room> rooms,
      List<WaitingTask> waiting,
      boolean packs,
      Map<String, Integer> left,
      Map<String, Map<String, NodeStanding>> standings,
      Preemption preemption,
      List<Room> takers) {
    List<Room> open = new ArrayList<>(rooms);
    int free = open.stream().mapToInt(Room::freeSlots).sum();
    Map<String, Integer> more = new HashMap<>(left);
    List<Assigned> assigned = new ArrayList<>();
    for (WaitingTask task : preemption.order(waiting)) {
      if (free <= 0 && !preemption.mayHelpFrom(task)) {
        break;
      }
      if (more.getOrDefault(task.job(), 1) <= 0) {
        continue;
      }
      Map<String, NodeStanding> standing = standings.get(task.job());
      Comparator<Room> order =
          wishedFirst(task, standing == null ? order(packs) : preparedFirst(standing, packs));
      if (task.instances() > 1) {
        List<Room> gang =
            open.stream()
                .filter(r -> r.usedSlots() == 0 && isOpen(standing, task, r))
                .sorted(order)
                .limit(task.instances())
                .toList();
        if (gang.size() == task.instances()) {
          gang.forEach(r -> assigned.add(new Assigned(task, r.node())));
          more.computeIfPresent(task.job(), (job, n) -> n - 1);
        }
        if (gang.size() == task.instances() || mayCome(task, takers, standing)) {
          free -= gang.stream().mapToInt(Room::freeSlots).sum();
          open.removeAll(gang);
        }
        continue;
      }
      boolean waits = preemption.isComing(task, open);
      Optional<Room> found =
          open.stream()
              .filter(r -> !waits && r.freeSlots() >= task.slots() && isOpen(standing, task, r))
              .min(order);
      OptionalInt forLater =
          found.isPresent() ? OptionalInt.empty() : preemption.keep(task, open, free, standing);
      free -= forLater.orElse(0);
      if (forLater.isPresent()) {
        // It will run: what comes after it has one less of what its job may run at once.
        more.computeIfPresent(task.job(), (job, n) -> n - 1);
      }
      if (found.isEmpty() && forLater.isEmpty() && task.manager()) {
        Optional<Room> kept = keptFor(task, open, standing);
        free -= kept.map(Room::freeSlots).orElse(0);
        kept.ifPresent(open::remove);
      }
      if (found.isPresent()) {
        Room room = found.get();
        assigned.add(new Assigned(task, room.node()));
        free -= task.slots();
        more.computeIfPresent(task.job(), (job, n) -> n - 1);
        open.remove(room);
        if (room.freeSlots() > task.slots()) {
          open.add(
              new Room(
                  room.node(),
                  room.freeSlots() - task.slots(),
                  room.usedSlots() + task.slots(),
                  room.spot()));
        }
      }
    }
    return assigned;
  }

  /**
   * Small tasks would overtake a manager that is to have a node for itself for as long as there are
   * any: what comes after it leaves it the node that has most room.
   */
  private static Optional<Room> keptFor(
      WaitingTask manager, List<Room> rooms, @Nullable Map<String, NodeStanding> nodes) {
    return rooms.stream()
        .filter(r -> isOpen(nodes, manager, r))
        .max(Comparator.comparingInt(Room::freeSlots).thenComparing(Room::node));
  }

  /** A pool that has too few nodes for it now may never have more: others go on meanwhile. */
  private static boolean mayCome(
      WaitingTask gang, List<Room> takers, @Nullable Map<String, NodeStanding> standing) {
    return takers.stream().filter(r -> isOpen(standing, gang, r)).count() >= gang.instances();
  }

  private static boolean isOpen(
      @Nullable Map<String, NodeStanding> nodes, WaitingTask task, Room room) {
    return !(room.spot() && task.dedicated())
        && (nodes == null || nodes.get(room.node()) != NodeStanding.CLOSED);
  }

  private static Comparator<Room> wishedFirst(WaitingTask task, Comparator<Room> others) {
    return task.affinity() == null
        ? others
        : Comparator.comparing((Room r) -> !r.node().equals(task.affinity())).thenComparing(others);
  }

  private static Comparator<Room> preparedFirst(Map<String, NodeStanding> nodes, boolean packs) {
    return Comparator.comparingInt((Room r) ->
            switch (nodes.getOrDefault(r.node(), NodeStanding.NEW)) {
              case READY -> 0;
              case PREPARING -> 1;
              case NEW, CLOSED -> 2;
            })
        .thenComparing(order(packs));
  }

  private static Comparator<Room> order(boolean packs) {
    Comparator<Room> byUse = Comparator.comparingInt(Room::usedSlots);
    return (packs ? byUse.reversed() : byUse).thenComparing(Room::node);
  }
}
