package io.poolwright.reconcile;

import io.fabric8.kubernetes.client.CustomResource;
import io.poolwright.api.Condition;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.Statuses;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Says of an object that it cannot be read. It has no spec and no status here, whatever the API
 * server has.
 */
final class Unreadable {
  private Unreadable() {}

  static void say(Statuses statuses, CustomResource<?, ?> seen) {
    Map<String, String> annotations =
        seen.getMetadata().getAnnotations() == null
            ? Map.of()
            : seen.getMetadata().getAnnotations();
    String why = annotations.getOrDefault(Clients.UNREADABLE, "spec is missing");
    // The time of creation, not of now: the same words each time, so that saying them again changes
    // nothing.
    Instant since = Instant.parse(seen.getMetadata().getCreationTimestamp());
    List<Condition> conditions =
        new Conditions(List.of(), seen.getMetadata().getGeneration(), since)
            .stalled(Reason.Unreadable, "This object cannot be read: " + why);
    // All else in its status stays: it is the ledger, and right again once the object can be read.
    statuses.writeConditions(seen, conditions);
  }
}
