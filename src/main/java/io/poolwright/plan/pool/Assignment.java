package io.poolwright.plan.pool;

import io.poolwright.snapshot.WaitingTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which waiting tasks get which nodes (section 11 of the reference). One pass; its cost is in what
 * fits and what was looked at, not in what waits. A task that needs more slots than any node has
 * free is passed over, not waited for.
 */
public final class Assignment {
  private Assignment() {}

  /** A node that takes tasks. */
  public record Room(String node, int freeSlots, int usedSlots) {}

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
    List<Room> open = new ArrayList<>(rooms);
    int free = open.stream().mapToInt(Room::freeSlots).sum();
    List<Assigned> assigned = new ArrayList<>();
    for (WaitingTask task : waiting) {
      if (free <= 0) {
        break;
      }
      Optional<Room> found =
          open.stream().filter(r -> r.freeSlots() >= task.slots()).min(order(packs));
      if (found.isPresent()) {
        Room room = found.get();
        assigned.add(new Assigned(task, room.node()));
        free -= task.slots();
        open.remove(room);
        if (room.freeSlots() > task.slots()) {
          open.add(
              new Room(
                  room.node(), room.freeSlots() - task.slots(), room.usedSlots() + task.slots()));
        }
      }
    }
    return assigned;
  }

  private static Comparator<Room> order(boolean packs) {
    Comparator<Room> byUse = Comparator.comparingInt(Room::usedSlots);
    return (packs ? byUse.reversed() : byUse).thenComparing(Room::node);
  }
}
