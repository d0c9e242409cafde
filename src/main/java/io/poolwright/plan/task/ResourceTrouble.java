package io.poolwright.plan.task;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.plan.Complaint;
import io.poolwright.pods.TaskResources;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.status.Reason;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a task asks for in {@code resources} and does not get. */
final class ResourceTrouble {
  private static final String FIELD = "spec.resources.";

  private ResourceTrouble() {}

  /** The schema does not say so: a rule that reads an amount would cost too much. */
  static Optional<Complaint> ofDevices(String at, Map<String, Quantity> resources) {
    return new TreeMap<>(resources)
        .entrySet().stream()
            .filter(r -> TaskResources.isDevice(r.getKey()) && !isWhole(r.getValue()))
            .findFirst()
            .map(r ->
                new Complaint(
                    Reason.InvalidSetting,
                    at
                        + r.getKey()
                        + ": "
                        + r.getValue()
                        + " is no whole number; the machine gives a device whole or not at all"));
  }

  private static boolean isWhole(Quantity quantity) {
    return quantity.getNumericalAmount().stripTrailingZeros().scale() <= 0;
  }

  /** More than a whole node, which no task may use. Of what the size does not name, any amount. */
  static Optional<Complaint> tooLarge(Task task, Pool pool) {
    Map<String, Quantity> size = pool.getSpec().node().size();
    return new TreeMap<>(task.getSpec().resources())
        .entrySet().stream()
            .filter(r -> isMore(r.getValue(), size.get(r.getKey())))
            .findFirst()
            .map(r ->
                new Complaint(
                    Reason.ResourcesTooLarge,
                    FIELD
                        + r.getKey()
                        + ": "
                        + r.getValue()
                        + " is more than the "
                        + size.get(r.getKey())
                        + " of a node of pool "
                        + pool.getMetadata().getName()
                        + "; ask for less, or give the pool a larger node.size."
                        + r.getKey()));
  }

  private static boolean isMore(Quantity wanted, @Nullable Quantity whole) {
    return whole != null && wanted.getNumericalAmount().compareTo(whole.getNumericalAmount()) > 0;
  }

  /** With the field before the scheduler's words on a device that the machine lacks. */
  static PodSeen explained(PodSeen pod, Task task) {
    return lacks(task, pod).map(pod::unschedulable).orElse(pod);
  }

  private static Optional<String> lacks(Task task, PodSeen pod) {
    String said = pod.unschedulable();
    if (said == null) {
      return Optional.empty();
    }
    return task.getSpec().resources().entrySet().stream()
        .filter(r -> TaskResources.isDevice(r.getKey()) && isLacking(r.getKey(), said))
        .min(Comparator.comparing(Map.Entry::getKey))
        .map(r ->
            FIELD
                + r.getKey()
                + ": the machine of node "
                + pod.node()
                + " has not "
                + r.getValue()
                + " of it free; it is the machine's own and no part of the node. Choose machines that have it with node.template of the pool, or ask for less. The scheduler says: "
                + said);
  }

  /** Names end with a letter or a digit, and may have dots and dashes within. */
  private static boolean isLacking(String device, String said) {
    return Pattern.compile(
            "Insufficient " + Pattern.quote(device) + "(?![-_]*[A-Za-z0-9]|[.][A-Za-z0-9])")
        .matcher(said)
        .find();
  }
}
