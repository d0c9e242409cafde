package io.poolwright.status;

import io.poolwright.api.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conditions as kstatus reads them: {@code Ready}, {@code Reconciling} while it is on its way,
 * {@code Stalled} where it will not get further without the user. A transition time changes only
 * when the status does.
 */
public final class Conditions {
  public static final String READY = "Ready";
  public static final String RECONCILING = "Reconciling";
  public static final String STALLED = "Stalled";
  public static final String COMPLETED = "Completed";

  /** Longest message that is written; the API server would take 32 KiB. */
  static final int MESSAGE_LIMIT = 2048;

  private final List<Condition> before;
  private final List<Condition> after = new ArrayList<>();
  private final long generation;
  private final Instant now;

  public Conditions(List<Condition> before, @Nullable Long generation, Instant now) {
    this.before = before;
    this.generation = generation == null ? 0 : generation;
    this.now = now;
  }

  /** On its way: neither there nor stuck. */
  public List<Condition> progressing(Reason reason, String message) {
    set(READY, false, reason.name(), message);
    set(RECONCILING, true, reason.name(), message);
    set(STALLED, false, reason.name(), "");
    return done();
  }

  /** There. */
  public List<Condition> ready(Reason reason, String message) {
    set(READY, true, reason.name(), message);
    set(RECONCILING, false, reason.name(), "");
    set(STALLED, false, reason.name(), "");
    return done();
  }

  /** Stuck until the user does something. */
  public List<Condition> stalled(Reason reason, String message) {
    set(READY, false, reason.name(), message);
    set(RECONCILING, false, reason.name(), "");
    set(STALLED, true, reason.name(), message);
    return done();
  }

  /** Over, well or not. {@code code} is the reason that is shown. */
  public List<Condition> completed(boolean well, String code, String message) {
    set(READY, well, code, message);
    set(RECONCILING, false, code, "");
    set(STALLED, !well, code, well ? "" : message);
    set(COMPLETED, true, code, message);
    return done();
  }

  private void set(String type, boolean holds, String reason, String message) {
    String status = holds ? "True" : "False";
    String text = cut(message);
    String since =
        find(before, type)
            .filter(c -> c.status().equals(status))
            .map(Condition::lastTransitionTime)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    after.add(new Condition(type, status, reason, text, since, generation));
  }

  private List<Condition> done() {
    before.stream()
        .filter(c -> find(after, c.type()).isEmpty() && !ours(c.type()))
        .forEach(after::add);
    return List.copyOf(after);
  }

  private static boolean ours(String type) {
    return type.equals(READY)
        || type.equals(RECONCILING)
        || type.equals(STALLED)
        || type.equals(COMPLETED);
  }

  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
  }

  /** Whether {@code Ready} has this reason and message already. */
  public static boolean says(List<Condition> conditions, Reason reason, String message) {
    return find(conditions, READY)
        .filter(c -> c.reason().equals(reason.name()) && cut(message).equals(c.message()))
        .isPresent();
  }

  /** Whether they differ in their words alone, such as the counts in them. */
  public static boolean sayTheSame(List<Condition> one, List<Condition> other) {
    return withoutWords(one).equals(withoutWords(other));
  }

  private static List<Condition> withoutWords(List<Condition> conditions) {
    return conditions.stream()
        .map(c ->
            new Condition(
                c.type(),
                c.status(),
                c.reason(),
                null,
                c.lastTransitionTime(),
                c.observedGeneration()))
        .toList();
  }

  private static String cut(String message) {
    return message.length() <= MESSAGE_LIMIT
        ? message
        : message.substring(0, MESSAGE_LIMIT - 1) + "…";
  }
}
