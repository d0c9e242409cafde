package io.poolwright.plan.apppackage;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.cluster.PodReader;
import io.poolwright.plan.EventToSay;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PackageSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.status.Conditions;
import io.poolwright.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The versions of one package, from the first look to the answer. */
class PackageChecksTest {
  private static final String FOUND =
      "{\"sizeBytes\":10,\"digest\":\"abcd\",\"entries\":2,\"unpackedBytes\":30}";

  private final ApplicationPackage found = new ApplicationPackage();
  private final List<PodSeen> pods = new ArrayList<>();
  private @Nullable Refusal refusal;
  private Instant now = FakeClock.START;

  PackageChecksTest() {
    found.setMetadata(
        new ObjectMetaBuilder()
            .withName("app")
            .withNamespace("team-a")
            .withUid("u")
            .withGeneration(1L)
            .build());
    spec(null, version("1", "1.zip"));
  }

  private static Version version(String name, String key) {
    return new Version(name, "s3:///" + key, null, null, null, null);
  }

  private void spec(@Nullable Boolean allowUpdates, Version... versions) {
    found.setSpec(new ApplicationPackageSpec(null, null, allowUpdates, Arrays.asList(versions)));
  }

  private PackagePlan decide() {
    PackageSeen seen = new PackageSeen(found, pods, refusal, Duration.ofMinutes(2), now);
    PackagePlan plan = PackageChecks.decide(seen);
    assertThat(PackageChecks.decide(seen)).as("the same snapshot").isEqualTo(plan);
    return plan;
  }

  /** Decides and takes the plan as done. */
  private PackagePlan step() {
    PackagePlan plan = decide();
    pods.removeIf(plan.delete()::contains);
    plan.create().forEach(l -> pods.add(pod(l.pod(), "Pending", waiting(null, null))));
    if (plan.say() != null) {
      found.setStatus(plan.say());
    }
    return plan;
  }

  private PodSeen pod(String name, String phase, ContainerState state) {
    return PodReader.read(
        aPod(name)
            .withNewStatus()
            .withPhase(phase)
            .addNewContainerStatus()
            .withName("check")
            .withState(state)
            .endContainerStatus()
            .endStatus()
            .build());
  }

  private PodBuilder aPod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withUid("uid-" + name)
        .withResourceVersion("1")
        .withCreationTimestamp(now.toString())
        .endMetadata();
  }

  private static ContainerState waiting(@Nullable String reason, @Nullable String message) {
    return new ContainerStateBuilder().withNewWaiting(message, reason).build();
  }

  private void ends(int exit, @Nullable String message) {
    PodSeen last = pods.removeLast();
    pods.add(
        pod(
            last.name(),
            exit == 0 ? "Succeeded" : "Failed",
            new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(exit)
                .withMessage(message)
                .endTerminated()
                .build()));
  }

  private static String failure(String code) {
    return "{\"category\":\"UserError\",\"code\":\"" + code + "\",\"message\":\"because\"}";
  }

  private VersionStatus said(String version) {
    return found.statusOrNew().version(version).orElseThrow();
  }

  private String reason() {
    return Conditions.find(found.statusOrNew().conditions(), Conditions.READY)
        .orElseThrow()
        .reason();
  }

  private boolean stalled() {
    return Conditions.find(found.statusOrNew().conditions(), Conditions.STALLED)
        .orElseThrow()
        .status()
        .equals("True");
  }

  @Test
  void aVersionIsLookedAtOnceAndThenActive() {
    PackagePlan first = step();
    assertThat(first.create()).hasSize(1);
    assertThat(said("1").state()).isEqualTo(State.PENDING);
    assertThat(reason()).isEqualTo("VersionsPending");
    assertThat(decide().create()).as("its pod is there").isEmpty();
    assertThat(decide().say()).as("nothing new").isNull();

    ends(0, FOUND);
    PackagePlan answered = step();
    assertThat(answered.delete()).as("not before the answer is written down").isEmpty();
    assertThat(said("1").state()).isEqualTo(State.ACTIVE);
    assertThat(said("1").digest()).isEqualTo("abcd");
    assertThat(said("1").sizeBytes()).isEqualTo(10);
    assertThat(said("1").lastActivationTime()).isEqualTo(FakeClock.START.toString());
    assertThat(reason()).isEqualTo("VersionsActive");
    assertThat(answered.events()).extracting(EventToSay::warning).containsExactly(false);

    PackagePlan after = step();
    assertThat(after.delete()).hasSize(1);
    assertThat(after.say()).isNull();
    assertThat(decide()).isEqualTo(new PackagePlan(List.of(), List.of(), null, List.of(), null));
  }

  @Test
  void anAnswerThatWasNotWrittenDownIsFoundAgain() {
    step();
    found.setStatus(ApplicationPackageStatus.NEW);
    ends(0, FOUND);

    PackagePlan plan = step();

    assertThat(plan.create()).isEmpty();
    assertThat(said("1").state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void aWrongArchiveIsFailedUntilTheVersionChanges() {
    step();
    ends(1, failure("ApplicationPackageError"));
    PackagePlan plan = step();
    assertThat(said("1").state()).isEqualTo(State.FAILED);
    assertThat(said("1").message()).isEqualTo("because");
    assertThat(stalled()).isTrue();
    assertThat(plan.again()).isNull();
    assertThat(plan.events()).extracting(EventToSay::warning).containsExactly(true);
    step();
    now = now.plusSeconds(86_400);
    assertThat(decide().create()).isEmpty();

    spec(null, version("1", "mended.zip"));
    PackagePlan changed = step();
    assertThat(changed.create()).hasSize(1);
    assertThat(said("1").state()).isEqualTo(State.PENDING);
    assertThat(said("1").digest()).isNull();
    assertThat(stalled()).isFalse();
  }

  @Test
  void whatIsNotThereIsLookedForAgainAfterLongerAndLongerPauses() {
    String before = "";
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      PackagePlan begun = step();
      assertThat(begun.create()).as("look %d", i).hasSize(1);
      assertThat(begun.create().getFirst().pod()).isNotEqualTo(before);
      before = begun.create().getFirst().pod();
      ends(1, failure("BlobNotFound"));
      step();
      assertThat(said("1").state()).isEqualTo(State.PENDING);
      assertThat(said("1").reason()).isEqualTo("BlobNotFound");
      assertThat(said("1").failures()).isEqualTo(i + 1);
      PackagePlan waits = step();
      assertThat(waits.create()).isEmpty();
      assertThat(waits.delete()).hasSize(1);
      assertThat(waits.again()).isNotNull();
      pauses.add(waits.again().toSeconds());
      now = now.plus(waits.again());
    }
    assertThat(pauses).isSorted().first().isEqualTo(6L);
    assertThat(pauses).last().isEqualTo(121L);

    step();
    assertThat(said("1").reason())
        .as("said until there is another answer")
        .isEqualTo("BlobNotFound");
    ends(0, FOUND);
    step();
    assertThat(said("1").state()).isEqualTo(State.ACTIVE);
    assertThat(said("1").failures()).isNull();
  }

  @Test
  void whoAsksGetsAnotherLook() {
    step();
    ends(0, FOUND);
    step();
    step();
    found.getMetadata().setAnnotations(Map.of(Names.CHECK, "today"));
    assertThat(step().create()).hasSize(1);
    assertThat(said("1").state()).isEqualTo(State.PENDING);
    ends(0, FOUND.replace("abcd", "ef01"));
    step();
    assertThat(said("1").digest()).isEqualTo("ef01");
    step();
    assertThat(decide().create()).isEmpty();
  }

  @Test
  void aVersionThatIsNotToChangeStaysWhatItWas() {
    spec(false, version("1", "1.zip"));
    step();
    ends(0, FOUND);
    step();
    step();
    VersionStatus was = said("1");
    found.getMetadata().setAnnotations(Map.of(Names.CHECK, "today"));

    assertThat(step().create()).isEmpty();
    assertThat(said("1")).isEqualTo(was);
  }

  @Test
  void onlyAFewLooksAtOnce() {
    spec(
        null,
        IntStream.range(0, 9).mapToObj(i -> version("v" + i, i + ".zip")).toArray(Version[]::new));
    assertThat(step().create()).hasSize(PackageChecks.AT_ONCE);
    assertThat(said("v8").reason()).isEqualTo("Waiting");
    assertThat(step().create()).isEmpty();
    ends(0, FOUND);
    assertThat(step().create()).hasSize(1);
    assertThat(said("v3").state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void aVersionThatIsRemovedTakesItsPodAlong() {
    spec(null, version("1", "1.zip"), version("2", "2.zip"));
    step();
    spec(null, version("2", "2.zip"));
    PackagePlan plan = step();
    assertThat(plan.delete()).hasSize(1);
    assertThat(found.statusOrNew().versions())
        .extracting(VersionStatus::version)
        .containsExactly("2");
  }

  @Test
  void aPodThatIsThrownOutIsNoAnswer() {
    step();
    PodSeen last = pods.removeLast();
    pods.add(
        PodReader.read(
            aPod(last.name())
                .withNewStatus()
                .withPhase("Failed")
                .withReason("Evicted")
                .withMessage("low on disk")
                .endStatus()
                .build()));
    step();
    assertThat(said("1").state()).isEqualTo(State.PENDING);
    assertThat(said("1").reason()).isEqualTo("CheckLost");
    assertThat(said("1").message()).contains("Evicted", "low on disk");
    assertThat(said("1").failures()).isEqualTo(1);
  }

  @Test
  void aPodThatSaysNothingIsNoAnswer() {
    step();
    ends(137, null);
    step();
    assertThat(said("1").state()).isEqualTo(State.PENDING);
    assertThat(said("1").message()).contains("exit code 137");
  }

  @Test
  void aPodThatDoesNotStartSaysWhyAndIsGivenUp() {
    step();
    PodSeen last = pods.removeLast();
    pods.add(pod(last.name(), "Pending", waiting("ImagePullBackOff", "no such image")));
    PackagePlan plan = step();
    assertThat(said("1").message()).contains("ImagePullBackOff: no such image");
    assertThat(plan.again()).isNotNull();
    now = now.plus(plan.again());
    step();
    assertThat(said("1").reason()).isEqualTo("ContainerInvalidImage");
    assertThat(said("1").failures()).isEqualTo(1);
    assertThat(step().delete()).hasSize(1);
  }

  @Test
  void aRefusedPodIsSaidAndTriedAgain() {
    refusal = new Refusal("exceeded quota", now);
    PackagePlan pause = step();
    assertThat(pause.create()).isEmpty();
    assertThat(pause.again()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
    assertThat(said("1").reason()).isEqualTo("PodRejected");
    assertThat(said("1").message()).contains("exceeded quota");

    now = now.plusSeconds(10);
    PackagePlan plan = step();
    assertThat(plan.create()).hasSize(1);
    assertThat(plan.say()).as("the same is not said again").isNull();
    assertThat(plan.again()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
  }
}
