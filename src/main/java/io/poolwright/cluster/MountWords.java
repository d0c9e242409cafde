package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.pool.Pool;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why the volumes of a node cannot be attached or mounted. Only events say it, which nobody
 * watches: there are too many of them. They are read of a node that does not get ready, and of one
 * of each pool.
 */
public final class MountWords {
  private static final Logger LOG = LoggerFactory.getLogger(MountWords.class);

  /** The kubelet's words hold whole command lines. */
  private static final int LIMIT = 600;

  /**
   * Other warnings are of what comes later, or, as DNSConfigForming, keep nothing from starting.
   */
  private static final Set<String> FAILURES =
      Set.of("FailedMount", "FailedAttachVolume", "FailedMapVolume");

  private final BiFunction<String, String, List<Event>> eventsOf;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();

  /** What was said of a pod, which is taken for true until it is time to ask again. */
  private record Heard(String pod, Instant until, Optional<String> words) {}

  public MountWords(KubernetesClient client) {
    this((namespace, uid) -> read(client, namespace, uid));
  }

  /**
   * @param eventsOf the events of a pod, by its namespace and uid
   */
  MountWords(BiFunction<String, String, List<Event>> eventsOf) {
    this.eventsOf = eventsOf;
  }

  public PoolSeen hear(PoolSeen seen) {
    return seen.nodes().stream()
        .filter(PodSeen::getsReady)
        .filter(p -> p.wordsDue(seen.now()))
        .min(Comparator.comparingInt(PodSeen::number))
        .flatMap(p -> of(seen.pool(), p, seen.now()).map(w -> seen.withSaid(Map.of(p.name(), w))))
        .orElse(seen);
  }

  Optional<String> of(Pool pool, PodSeen pod, Instant now) {
    String uid = pool.getMetadata().getUid();
    Heard last = heard.get(uid);
    if (last != null && last.pod().equals(pod.uid()) && now.isBefore(last.until())) {
      return last.words();
    }
    // Not inside of compute, where other pools would wait for the API server's answer as well.
    List<Event> events = eventsOf.apply(pool.getMetadata().getNamespace(), pod.uid());
    Heard latest = new Heard(pod.uid(), pod.nextWords(now), words(events));
    heard.put(uid, latest);
    return latest.words();
  }

  private static List<Event> read(KubernetesClient client, String namespace, String uid) {
    try {
      return client
          .events()
          .v1()
          .events()
          .inNamespace(namespace)
          .withField("regarding.uid", uid)
          .list()
          .getItems();
    } catch (KubernetesClientException e) {
      // It can be told without them, only not as well.
      LOG.debug("events of pod {} in {} cannot be read", uid, namespace, e);
      return List.of();
    }
  }

  /** The last that was said, if it is bad news: what was bad before a good one is over. */
  static Optional<String> words(List<Event> events) {
    return events.stream()
        .filter(e -> isFailure(e) || !"Warning".equals(e.getType()))
        // Times are often whole seconds, and a good one comes after the bad ones of its second.
        .max(Comparator.comparing(MountWords::last).thenComparing(e -> !isFailure(e)))
        .filter(MountWords::isFailure)
        .map(e -> e.getReason() + ": " + oneLine(e.getNote()));
  }

  private static boolean isFailure(Event event) {
    return "Warning".equals(event.getType()) && FAILURES.contains(event.getReason());
  }

  /** Times are told in one of these ways, depending on the age of the program that says it. */
  private static Instant last(Event event) {
    return Stream.of(
            event.getSeries() == null ? null : time(event.getSeries().getLastObservedTime()),
            event.getDeprecatedLastTimestamp(),
            time(event.getEventTime()),
            event.getMetadata().getCreationTimestamp())
        .filter(t -> t != null && !t.isEmpty())
        .findFirst()
        .map(Instant::parse)
        .orElse(Instant.EPOCH);
  }

  private static @Nullable String time(@Nullable MicroTime time) {
    return time == null ? null : time.getTime();
  }

  private static String oneLine(@Nullable String note) {
    String line = note == null ? "" : note.strip().replaceAll("\\s+", " ");
    String end = line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    return end.length() <= LIMIT ? end : end.substring(0, LIMIT - 1) + "…";
  }

  public void forget(String pool) {
    heard.remove(pool);
  }
}
