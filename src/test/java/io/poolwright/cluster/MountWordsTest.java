package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.snapshot.PodSeen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MountWordsTest {
  private static final Event SCHEDULED =
      new EventBuilder()
          .withMetadata(new ObjectMeta())
          .withType("Normal")
          .withReason("Scheduled")
          .withNote("Successfully assigned")
          .withEventTime(new MicroTime("2026-03-01T12:00:00.123456Z"))
          .build();

  private static Event kubelet(String type, String reason, String note, String last) {
    return new EventBuilder()
        .withMetadata(new ObjectMeta())
        .withType(type)
        .withReason(reason)
        .withNote(note)
        .withDeprecatedLastTimestamp(last)
        .build();
  }

  @Test
  void theLastWordsAreSaidInOneLine() {
    Event mount =
        kubelet(
            "Warning",
            "FailedMount",
            "mount failed: exit status 32\nOutput: mount: bad option.\n",
            "2026-03-01T12:00:02Z");
    assertThat(MountWords.words(List.of(mount, SCHEDULED)))
        .hasValue("FailedMount: mount failed: exit status 32 Output: mount: bad option");
  }

  @Test
  void whatIsOverIsNotSaid() {
    Event mount = kubelet("Warning", "FailedMount", "no", "2026-03-01T12:00:02Z");
    Event pulling = kubelet("Normal", "Pulling", "image", "2026-03-01T12:00:09Z");
    assertThat(MountWords.words(List.of(pulling, mount, SCHEDULED))).isEmpty();
    assertThat(MountWords.words(List.of())).isEmpty();
  }

  @Test
  void otherWarningsAreNoWordsOfMounts() {
    Event secret =
        kubelet("Warning", "FailedToRetrieveImagePullSecret", "no", "2026-03-01T12:00:09Z");
    Event dns = kubelet("Warning", "DNSConfigForming", "too many", "2026-03-01T12:00:09Z");
    assertThat(MountWords.words(List.of(secret, dns, SCHEDULED))).isEmpty();
    Event map = kubelet("Warning", "FailedMapVolume", "no", "2026-03-01T12:00:02Z");
    assertThat(MountWords.words(List.of(dns, map, SCHEDULED))).hasValue("FailedMapVolume: no");
  }

  @Test
  void aGoodWordOfTheSameSecondIsTheLast() {
    Event attach = kubelet("Warning", "FailedAttachVolume", "no", "2026-03-01T12:00:02Z");
    Event pulling = kubelet("Normal", "Pulling", "image", "2026-03-01T12:00:02Z");
    assertThat(MountWords.words(List.of(attach, pulling))).isEmpty();
    assertThat(MountWords.words(List.of(pulling, attach))).isEmpty();
  }

  @Test
  void aSeriesMayHaveNoTime() {
    Event mount =
        new EventBuilder(kubelet("Warning", "FailedMount", "no", "2026-03-01T12:00:02Z"))
            .withNewSeries()
            .endSeries()
            .build();
    assertThat(MountWords.words(List.of(mount, SCHEDULED))).hasValue("FailedMount: no");
  }

  @Test
  void aPodIsAskedForLessAndLessOften() {
    Instant begin = Instant.parse("2026-03-01T12:00:00Z");
    PodSeen pod = pending("ContainerCreating");
    Pool pool = new Pool();
    pool.setMetadata(new ObjectMetaBuilder().withName("p").withUid("uid-p").build());
    List<Long> asked = new ArrayList<>();
    AtomicLong second = new AtomicLong();
    Event mount = kubelet("Warning", "FailedMount", "no", "2026-03-01T12:00:02Z");
    MountWords words =
        new MountWords((_, _) -> {
          asked.add(second.get());
          return List.of(mount);
        });

    for (long s = 0; s < 700; s++) {
      second.set(s);
      Instant now = begin.plusSeconds(s);
      if (pod.wordsDue(now)) {
        assertThat(words.of(pool, pod, now)).hasValue("FailedMount: no");
      }
    }

    assertThat(asked).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 480L, 640L);
  }

  @Test
  void whoseStatusSaysWhyIsNotAskedFor() {
    assertThat(pending("ContainerCreating").getsReady()).isTrue();
    assertThat(pending(null).getsReady()).isTrue();
    assertThat(pending("ImagePullBackOff").getsReady()).isFalse();
  }

  private static PodSeen pending(@Nullable String reason) {
    return PodReader.read(
        new PodBuilder()
            .withNewMetadata()
            .withName("p-node-1")
            .withUid("uid-n1")
            .withCreationTimestamp("2026-03-01T12:00:00Z")
            .endMetadata()
            .withNewStatus()
            .withPhase("Pending")
            .withStartTime("2026-03-01T12:00:00Z")
            .addNewContainerStatus()
            .withName("node")
            .withNewState()
            .withNewWaiting()
            .withReason(reason)
            .endWaiting()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build());
  }
}
