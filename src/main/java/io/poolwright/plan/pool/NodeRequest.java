package io.poolwright.plan.pool;

import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.snapshot.PodSeen;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of one node by the annotation {@code poolwright.io/request} on its pod: a verb
 * of Azure's, and after a colon what becomes of the tasks that run there, Requeue unless given
 * (section 3.4). It stands for as long as the annotation does.
 */
public record NodeRequest(Verb verb, NodeDeallocationOption tasks) {

  /** The verbs, as they are written. */
  enum Verb {
    /** Containers anew; the node's directory is kept. */
    REBOOT("Reboot"),
    /** Containers and directory anew. */
    REIMAGE("Reimage"),
    /** It takes no tasks until somebody asks for the next. */
    DISABLE_SCHEDULING("DisableScheduling"),
    /** As if nothing had been asked for. */
    ENABLE_SCHEDULING("EnableScheduling");

    private final String word;

    Verb(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    private boolean allows(NodeDeallocationOption option) {
      return switch (this) {
        case REBOOT, REIMAGE -> true;
        case DISABLE_SCHEDULING -> option != NodeDeallocationOption.RETAINED_DATA;
        case ENABLE_SCHEDULING -> false;
      };
    }
  }

  /** Empty where nothing is asked for, or nothing that can be understood. */
  public static Optional<NodeRequest> read(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    String[] words = text.strip().split(":", 2);
    Optional<Verb> verb =
        Arrays.stream(Verb.values()).filter(v -> v.word().equalsIgnoreCase(words[0])).findFirst();
    if (words.length == 1) {
      return verb.map(v -> new NodeRequest(v, NodeDeallocationOption.REQUEUE));
    }
    Optional<NodeDeallocationOption> option =
        Arrays.stream(NodeDeallocationOption.values())
            .filter(o -> o.name().replace("_", "").equals(words[1].toUpperCase(Locale.ROOT)))
            .findFirst();
    return verb.flatMap(v -> option.filter(v::allows).map(o -> new NodeRequest(v, o)));
  }

  /** What is wrong with it, and what to write; empty where it can be understood. */
  static Optional<String> mistake(@Nullable String text) {
    return text == null || text.isBlank() || read(text).isPresent()
        ? Optional.empty()
        : Optional.of(
            "the annotation poolwright.io/request is \""
                + text
                + "\"; write Reboot or Reimage, with :Requeue, :Terminate, :TaskCompletion or :RetainedData after it,"
                + " DisableScheduling, with one of the first three, or EnableScheduling");
  }

  /** How the node's tasks are to be stopped; null where they are not. */
  public @Nullable NodeDeallocationOption stopping() {
    return verb != Verb.ENABLE_SCHEDULING && tasks.stopsTasks() ? tasks : null;
  }

  /** What a node does to its tasks that may be on its way out, or taken back; null for nothing. */
  public static @Nullable NodeDeallocationOption stoppedBy(PodSeen node) {
    if (node.preempted()) {
      return NodeDeallocationOption.REQUEUE;
    }
    return node.leaving() != null
        ? node.leaving()
        : read(node.request()).map(NodeRequest::stopping).orElse(null);
  }

  boolean takesNoTasks() {
    return verb != Verb.ENABLE_SCHEDULING;
  }

  boolean restarts() {
    return verb == Verb.REBOOT || verb == Verb.REIMAGE;
  }
}
