package io.poolwright.plan.pool;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.pool.Assignment.Room;
import io.poolwright.plan.pool.PoolPlan.Preempt;
import io.poolwright.snapshot.AttemptSeen;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which running attempts are stopped for waiting tasks of a higher priority that no node has room
 * for (section 11 of the reference). It is asked by {@link Assignment} for one such task after the
 * other, in their order, and keeps room for each: what is free on its node, what is coming there,
 * and what is stopped for it. Room that is coming is found again each time, from what is being
 * stopped.
 */
final class Preemption {
  private final PreemptibleSeen seen;
  private final Map<String, OnNode> nodes = new TreeMap<>();

  /** On which node room was kept for a task, or something is being stopped for it. */
  private final Map<String, String> comesFor = new HashMap<>();

  private final List<Preempt> victims = new ArrayList<>();
  private final List<Assigned> hold = new ArrayList<>();
  private final Map<String, String> kept = new TreeMap<>();
  private boolean wantsAttempts;

  /** Offers to the tasks of one job that are alike: it is made anew for others. */
  private @Nullable Ask asked;

  private final TreeSet<Offer> offers = new TreeSet<>(BEST);
  private final Map<String, Offer> offerOf = new HashMap<>();

  /** What tells apart those that would not get the same offers. */
  private record Ask(String job, int priority, int slots, boolean dedicated, int free) {
    private Ask after(int kept) {
      return new Ask(job, priority, slots, dedicated, free - kept);
    }
  }

  /** What there is on a node besides what is free. */
  private static final class OnNode {
    private final boolean spot;
    private int coming;
    private final List<AttemptSeen> yields = new ArrayList<>();

    private OnNode(boolean spot) {
      this.spot = spot;
    }
  }

  /**
   * Room for one task on a node.
   *
   * @param standing nodes that are prepared, and those that are being prepared, before others
   * @param victims those to stop for it; none where what is coming is enough
   * @param waste slots that would be left over
   */
  private record Offer(
      String node, NodeStanding standing, int free, List<AttemptSeen> victims, int waste) {
    private int toPrepare() {
      return switch (standing) {
        case READY -> 0;
        case PREPARING -> 1;
        case NEW, CLOSED -> 2;
      };
    }

    private int highest() {
      return victims.stream().mapToInt(AttemptSeen::priority).max().orElse(Integer.MIN_VALUE);
    }

    private Instant oldest() {
      return victims.stream()
          .map(AttemptSeen::started)
          .min(Comparator.naturalOrder())
          .orElse(Instant.MAX);
    }
  }

  /** Fewest victims, of the lowest priority, with the least waste, and that began last. */
  private static final Comparator<Offer> BEST =
      Comparator.comparingInt(Offer::toPrepare)
          .thenComparingInt(o -> o.victims().size())
          .thenComparingInt(Offer::highest)
          .thenComparingInt(Offer::waste)
          .thenComparing(Offer::oldest, Comparator.reverseOrder())
          .thenComparing(Offer::node);

  /** Which of two had better be stopped: of lower priority, smaller, younger. */
  private static final Comparator<AttemptSeen> RATHER =
      Comparator.comparingInt(AttemptSeen::priority)
          .thenComparingInt(AttemptSeen::slots)
          .thenComparing(AttemptSeen::started, Comparator.reverseOrder())
          .thenComparing(AttemptSeen::podUid);

  /**
   * @param rooms all nodes that take tasks, full ones too
   */
  Preemption(PreemptibleSeen seen, List<Room> rooms) {
    this.seen = seen;
    comesFor.putAll(seen.kept());
    if (seen.attempts() == null) {
      // Whether that room is whole is not to be seen without them, nor what is on its way there.
      wantsAttempts = !seen.kept().isEmpty();
      return;
    }
    for (Room room : rooms) {
      OnNode on = new OnNode(room.spot());
      // What no attempt holds is about to be free, though it is not told yet.
      on.coming = room.usedSlots();
      nodes.put(room.node(), on);
    }
    for (AttemptSeen attempt : seen.attempts()) {
      OnNode on = nodes.get(attempt.node());
      if (on == null) {
        continue;
      }
      if (!attempt.ends()) {
        on.coming = Math.max(0, on.coming - attempt.slots());
      }
      if (attempt.yields()) {
        on.yields.add(attempt);
      }
      if (attempt.preemptedFor() != null) {
        comesFor.put(attempt.preemptedFor(), attempt.node());
      }
    }
  }

  /**
   * Those for which something is being stopped before others of their priority, and rather on that
   * node: what is stopped for one is not to be had by another, for which less would do.
   */
  List<WaitingTask> order(List<WaitingTask> waiting) {
    return comesFor.isEmpty()
        ? waiting
        : waiting.stream()
            .map(t -> t.near(comesFor.getOrDefault(nameOf(t), t.affinity())))
            .sorted(
                Comparator.comparingInt((WaitingTask t) -> -t.priority())
                    .thenComparing(t -> !comesFor.containsKey(nameOf(t))))
            .toList();
  }

  /** Whether the room that is being made for it will do: then it waits for that. */
  boolean isComing(WaitingTask task, List<Room> open) {
    if (comesFor.isEmpty()) {
      return false;
    }
    String node = comesFor.getOrDefault(nameOf(task), "");
    OnNode on = nodes.get(node);
    int free = open.stream().filter(r -> r.node().equals(node)).mapToInt(Room::freeSlots).sum();
    return on != null && free < task.slots() && free + on.coming >= task.slots();
  }

  /** Whether room may be kept for it, or for one that comes after it. */
  boolean mayHelpFrom(WaitingTask task) {
    return !comesFor.isEmpty() || outranks(task);
  }

  /**
   * Whether something runs that may be stopped for it. Where nothing does any more, the room that
   * comes for it is still its own. For one whose pod was refused others would be stopped in vain,
   * again and again: it has what gets free by itself.
   */
  private boolean mayHelp(WaitingTask task) {
    return !task.refused() && (outranks(task) || comesFor.containsKey(nameOf(task)));
  }

  private boolean outranks(WaitingTask task) {
    return seen.lowest() != null && task.priority() > seen.lowest();
  }

  /** Whether what was decided holds only once it is decided again with the attempts that run. */
  boolean wantsAttempts() {
    return wantsAttempts;
  }

  List<Preempt> victims() {
    return List.copyOf(victims);
  }

  /** On which node room is kept for a task, by JOB/TASK. */
  Map<String, String> kept() {
    return Map.copyOf(kept);
  }

  /** Tasks whose node has to be prepared before anything is stopped for them. */
  List<Assigned> hold() {
    return List.copyOf(hold);
  }

  /**
   * Keeps room for a task that has no node.
   *
   * @param open the nodes that have room left; what is kept is taken out of it
   * @param free all that they have left
   * @param standings of its job's nodes; null where they need not be prepared
   * @return how many free slots are kept; empty where nothing can be done for it
   */
  OptionalInt keep(
      WaitingTask task, List<Room> open, int free, @Nullable Map<String, NodeStanding> standings) {
    if (!mayHelp(task)) {
      return OptionalInt.empty();
    }
    if (seen.attempts() == null) {
      wantsAttempts = true;
      return OptionalInt.empty();
    }
    Ask ask = new Ask(task.job(), task.priority(), task.slots(), task.dedicated(), free);
    if (!ask.equals(asked)) {
      offers.clear();
      offerOf.clear();
      Map<String, Integer> freeOf = new HashMap<>();
      open.forEach(r -> freeOf.put(r.node(), r.freeSlots()));
      nodes.keySet().forEach(n -> offer(task, n, freeOf.getOrDefault(n, 0), standings));
    }
    Optional<Offer> best = best(task);
    int kept = best.map(o -> take(task, o, open, standings)).orElse(0);
    asked = ask.after(kept);
    return best.isPresent() ? OptionalInt.of(kept) : OptionalInt.empty();
  }

  /** Where something is being stopped for this very task, as long as no other needs less. */
  private Optional<Offer> best(WaitingTask task) {
    if (offers.isEmpty()) {
      return Optional.empty();
    }
    Offer first = offers.first();
    String begun = comesFor.get(nameOf(task));
    Offer own = begun == null ? null : offerOf.get(begun);
    boolean stays = own != null && own.victims().size() <= first.victims().size();
    return Optional.of(own != null && stays ? own : first);
  }

  /** Returns how many slots that are free now it takes. */
  private int take(
      WaitingTask task,
      Offer offer,
      List<Room> open,
      @Nullable Map<String, NodeStanding> standings) {
    OnNode on = node(offer.node());
    int later = Math.min(task.slots(), on.coming + slots(offer.victims()));
    int now = task.slots() - later;
    kept.put(nameOf(task), offer.node());
    on.yields.removeAll(offer.victims());
    if (offer.standing() == NodeStanding.READY) {
      offer.victims().forEach(v -> victims.add(new Preempt(v, nameOf(task))));
      on.coming += slots(offer.victims()) - later;
    } else {
      // Nothing is stopped for one that could not start: its node is prepared beside what runs.
      hold.add(new Assigned(task, offer.node()));
      on.coming = Math.max(0, on.coming - later);
    }
    Optional<Room> room = open.stream().filter(r -> r.node().equals(offer.node())).findFirst();
    room.ifPresent(r -> {
      open.remove(r);
      if (r.freeSlots() > now) {
        open.add(new Room(r.node(), r.freeSlots() - now, r.usedSlots() + now, r.spot()));
      }
    });
    offers.remove(offer);
    offerOf.remove(offer.node());
    offer(task, offer.node(), offer.free() - now, standings);
    return now;
  }

  private OnNode node(String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  private void offer(
      WaitingTask task, String name, int free, @Nullable Map<String, NodeStanding> standings) {
    OnNode on = node(name);
    NodeStanding standing =
        standings == null ? NodeStanding.READY : standings.getOrDefault(name, NodeStanding.NEW);
    if (standing == NodeStanding.CLOSED || (on.spot && task.dedicated())) {
      return;
    }
    int missing = task.slots() - free - on.coming;
    List<AttemptSeen> fewest =
        missing <= 0
            ? List.of()
            : fewest(
                missing, on.yields.stream().filter(a -> a.priority() < task.priority()).toList());
    if (missing <= 0 || !fewest.isEmpty()) {
      Offer made = new Offer(name, standing, free, fewest, slots(fewest) - missing);
      offers.add(made);
      offerOf.put(name, made);
    }
  }

  private static int slots(List<AttemptSeen> attempts) {
    return attempts.stream().mapToInt(AttemptSeen::slots).sum();
  }

  /**
   * As few as have that many slots together; none of them could be exchanged for one that had
   * better be stopped. Empty where all have too few.
   */
  static List<AttemptSeen> fewest(int slots, List<AttemptSeen> attempts) {
    List<AttemptSeen> others = new ArrayList<>(attempts);
    others.sort(Comparator.comparingInt((AttemptSeen a) -> -a.slots()).thenComparing(RATHER));
    List<AttemptSeen> chosen = new ArrayList<>();
    int sum = 0;
    while (sum < slots && !others.isEmpty()) {
      sum += others.getFirst().slots();
      chosen.add(others.removeFirst());
    }
    if (sum < slots) {
      return List.of();
    }
    while (exchange(sum - slots, chosen, others)) {
      sum = slots(chosen);
    }
    chosen.sort(RATHER);
    return chosen;
  }

  /** Returns whether there was one to exchange. */
  private static boolean exchange(int spare, List<AttemptSeen> chosen, List<AttemptSeen> others) {
    chosen.sort(RATHER.reversed());
    for (AttemptSeen out : chosen) {
      Optional<AttemptSeen> in =
          others.stream()
              .filter(a -> a.slots() >= out.slots() - spare && RATHER.compare(a, out) < 0)
              .min(RATHER);
      if (in.isPresent()) {
        chosen.remove(out);
        others.add(out);
        others.remove(in.get());
        chosen.add(in.get());
        return true;
      }
    }
    return false;
  }

  /** As it is written on what is stopped for it. */
  static String nameOf(WaitingTask task) {
    return task.job() + "/" + task.name();
  }
}
