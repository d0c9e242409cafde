package io.poolwright.snapshot;

import io.poolwright.api.pool.NodeDeallocationOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * What somebody asks of a node by the annotation {@code poolwright.io/request} of its pod (sections
 * 3.4 and 3.10): a verb and, after a colon, what becomes of the tasks on the node. The annotation
 * is what is wanted and stays: a node is disabled for as long as it says so, and a pod that is made
 * anew does not have it.
 */
public record NodeRequest(Verb verb, NodeDeallocationOption option) {
  /** What to write, for whoever wrote something else. */
  public static final String WHAT_TO_WRITE =
      "write DisableScheduling, EnableScheduling, Reboot or Reimage, each but EnableScheduling with an option after a colon if wanted: Requeue (the default), Terminate, TaskCompletion, or RetainedData for Reboot and Reimage; for example Reboot:TaskCompletion";

  /** What a node is to do. */
  public enum Verb {
    DISABLE_SCHEDULING,
    ENABLE_SCHEDULING,
    REBOOT,
    REIMAGE;

    boolean restarts() {
      return this == REBOOT || this == REIMAGE;
    }

    private boolean takes(NodeDeallocationOption option) {
      return restarts() || option != NodeDeallocationOption.RETAINED_DATA;
    }
  }

  /** Empty for a text that is none; read without regard to case. */
  public static Optional<NodeRequest> read(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    Optional<Verb> verb = named(Verb.values(), name);
    if (colon < 0) {
      return verb.map(v -> new NodeRequest(v, NodeDeallocationOption.REQUEUE));
    }
    Optional<NodeDeallocationOption> option =
        named(NodeDeallocationOption.values(), text.substring(colon + 1));
    return verb.filter(v -> v != Verb.ENABLE_SCHEDULING)
        .flatMap(v -> option.filter(v::takes).map(o -> new NodeRequest(v, o)));
  }

  private static <E extends Enum<E>> Optional<E> named(E[] all, String text) {
    return Arrays.stream(all)
        .filter(e -> e.name().replace("_", "").equalsIgnoreCase(text.strip()))
        .findFirst();
  }

  /** Whether the node takes no tasks on account of it. */
  public boolean takesNone() {
    return verb != Verb.ENABLE_SCHEDULING;
  }

  public boolean restarts() {
    return verb.restarts();
  }
}
