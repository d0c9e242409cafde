package io.poolwright.plan.pool;

import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.WaitingTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting tasks get which nodes (section 11 of the reference). One pass; its cost is in what
 * fits and what was looked at, not in what waits. A task that needs more slots than any node has
 * free is passed over, not waited for.
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
    return decide(rooms, waiting, packs, Map.of());
  }

  /**
   * @param standings by job and node, of jobs that have their nodes prepared: their tasks go to
   *     nodes that are, or are being, before others
   */
  static List<Assigned> decide(
      List<Room> rooms,
      List<WaitingTask> waiting,
      boolean packs,
      Map<String, Map<String, NodeStanding>> standings) {
    List<Room> open = new ArrayList<>(rooms);
    int free = open.stream().mapToInt(Room::freeSlots).sum();
    List<Assigned> assigned = new ArrayList<>();
    for (WaitingTask task : waiting) {
      if (free <= 0) {
        break;
      }
      Map<String, NodeStanding> nodes = standings.get(task.job());
      Optional<Room> found =
          open.stream()
              .filter(r -> r.freeSlots() >= task.slots() && isOpen(nodes, task, r))
              .min(wishedFirst(task, nodes == null ? order(packs) : preparedFirst(nodes, packs)));
      if (found.isEmpty() && task.manager()) {
        Optional<Room> kept = keptFor(task, open, nodes);
        free -= kept.map(Room::freeSlots).orElse(0);
        kept.ifPresent(open::remove);
      }
      if (found.isPresent()) {
        Room room = found.get();
        assigned.add(new Assigned(task, room.node()));
        free -= task.slots();
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
    return Comparator.comparingInt(
            (Room r) -> nodes.getOrDefault(r.node(), NodeStanding.NEW) == NodeStanding.NEW ? 1 : 0)
        .thenComparing(order(packs));
  }

  private static Comparator<Room> order(boolean packs) {
    Comparator<Room> byUse = Comparator.comparingInt(Room::usedSlots);
    return (packs ? byUse.reversed() : byUse).thenComparing(Room::node);
  }
}
