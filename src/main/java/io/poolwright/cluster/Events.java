package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.plan.EventToSay;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says events. One that cannot be said is logged and forgotten: status has the truth. */
public final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int NOTE_LIMIT = 1024;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  public Events(KubernetesClient client, Clock clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  public void say(HasMetadata about, List<EventToSay> events) {
    events.forEach(e -> say(about, e));
  }

  private void say(HasMetadata about, EventToSay say) {
    Instant now = clock.instant();
    String note =
        say.message().length() <= NOTE_LIMIT
            ? say.message()
            : say.message().substring(0, NOTE_LIMIT - 1) + "…";
    String name =
        about.getMetadata().getName()
            + "."
            + Long.toHexString(ChronoUnit.NANOS.between(Instant.EPOCH, now));
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(about.getMetadata().getNamespace())
            .endMetadata()
            .withEventTime(new MicroTime(MICROS.format(now)))
            .withType(say.warning() ? "Warning" : "Normal")
            .withReason(say.reason().name())
            .withAction(say.reason().name())
            .withNote(note)
            .withReportingController("poolwright.io/operator")
            .withReportingInstance(instance)
            .withNewRegarding()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withName(about.getMetadata().getName())
            .withNamespace(about.getMetadata().getNamespace())
            .withUid(about.getMetadata().getUid())
            .withResourceVersion(about.getMetadata().getResourceVersion())
            .endRegarding()
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.atInfo()
          .addKeyValue("reason", say.reason())
          .addKeyValue("name", about.getMetadata().getName())
          .log("an event could not be said: {}", ApiErrors.message(e));
    }
  }
}
