package io.poolwright.plan.apppackage;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.PodAnswer;
import io.poolwright.plan.PodAnswer.Found;
import io.poolwright.plan.PodAnswer.NoAnswer;
import io.poolwright.plan.PodAnswer.NotYet;
import io.poolwright.plan.PodAnswer.Wrong;
import io.poolwright.pods.CheckPods;
import io.poolwright.pods.Names;
import io.poolwright.pods.PackageUse;
import io.poolwright.snapshot.PackageSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.StageReport;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of a package may be used. Each is looked at by a pod whose name says what is
 * looked at: an answer that was not written down yet is found again under that name, and a version
 * that changed gets another pod.
 */
public final class PackageChecks {
  /** Of one package. */
  static final int AT_ONCE = 4;

  /** Of forty versions, and they are to fit one object. */
  private static final int MESSAGE_LIMIT = 1000;

  /** An archive that is none will be the same the next time. */
  private static final PodAnswer.Who WHO =
      new PodAnswer.Who(
          CheckPods.CONTAINER,
          "looks at it",
          "looked at it",
          "CheckLost",
          "CheckFailed",
          Set.of("ApplicationPackageError", "ResourceFileInvalidSource"));

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  private final PackageSeen seen;
  private final ApplicationPackage found;
  private final ApplicationPackageSpec spec;
  private final ApplicationPackageStatus status;
  private final @Nullable String request;
  private final List<PackagePlan.Look> create = new ArrayList<>();
  private final Set<String> awaited = new HashSet<>();
  private @Nullable Instant again;
  private int underWay;
  private boolean wantsPods;

  private PackageChecks(PackageSeen seen) {
    this.seen = seen;
    this.found = seen.found();
    this.spec = found.getSpec();
    this.status = found.statusOrNew();
    this.request =
        found.getMetadata().getAnnotations() == null
            ? null
            : found.getMetadata().getAnnotations().get(Names.CHECK);
  }

  public static PackagePlan decide(PackageSeen seen) {
    return new PackageChecks(seen).decide();
  }

  private PackagePlan decide() {
    underWay = (int) seen.checks().stream().filter(p -> !p.over() && !p.deleting()).count();
    List<VersionStatus> versions = new ArrayList<>();
    for (int i = 0; i < spec.versions().size(); i++) {
      versions.add(look(i));
    }
    ApplicationPackageStatus say =
        new ApplicationPackageStatus(
            found.getMetadata().getGeneration(), versions, conditions(versions));
    List<PodSeen> delete =
        seen.checks().stream().filter(p -> !awaited.contains(p.name()) && !p.deleting()).toList();
    if (seen.refusal() != null && wantsPods) {
      Instant over = seen.refusal().at().plus(Refusal.PAUSE);
      at(over.isAfter(seen.now()) ? over : seen.now().plus(Refusal.PAUSE));
    }
    boolean same = say.equals(status);
    return new PackagePlan(
        create,
        delete,
        same ? null : say,
        same ? List.of() : events(say),
        again == null ? null : Duration.between(seen.now(), again).plusMillis(50));
  }

  private void at(Instant time) {
    again = again == null || time.isBefore(again) ? time : again;
  }

  private VersionStatus look(int place) {
    Version version = spec.versions().get(place);
    VersionStatus before =
        status.version(version.version()).filter(b -> holds(b, version)).orElse(null);
    if (before != null && before.state() != State.PENDING) {
      return before;
    }
    int failures = before == null ? 0 : before.failuresOrZero();
    String pod = CheckPods.name(found, version, request, failures);
    awaited.add(pod);
    Optional<PodSeen> check = seen.check(pod);
    return check.isPresent()
        ? answered(version, before, failures, check.get())
        : toBegin(place, version, before, failures, pod);
  }

  /**
   * What was found holds for what was looked at. Who asks for another look gets one, but a version
   * that is not to change stays what it was.
   */
  private boolean holds(VersionStatus before, Version version) {
    boolean asked = !Objects.equals(before.checkRequest(), request);
    boolean settled =
        before.state() == State.ACTIVE && spec.allowUpdates() != null && !spec.allowUpdates();
    return PackageUse.source(version).equals(before.source()) && (!asked || settled);
  }

  private VersionStatus toBegin(
      int place, Version version, @Nullable VersionStatus before, int failures, String pod) {
    if (before != null
        && before.nextCheckTime() != null
        && Instant.parse(before.nextCheckTime()).isAfter(seen.now())) {
      at(Instant.parse(before.nextCheckTime()));
      return before;
    }
    if (underWay >= AT_ONCE) {
      return before != null ? before : pending(version, "Waiting", "Its turn comes", 0, null);
    }
    underWay++;
    wantsPods = true;
    if (seen.refusal() == null || !seen.refusal().pauses(seen.now())) {
      create.add(new PackagePlan.Look(place, pod));
    }
    if (seen.refusal() != null) {
      return pending(
          version,
          Reason.PodRejected.name(),
          "The pod that looks at it was refused: " + seen.refusal().message(),
          failures,
          null);
    }
    // What was wrong the last time stays said until there is another answer.
    return before != null && before.nextCheckTime() != null
        ? before
        : pending(version, "Checking", "It is being looked at", failures, null);
  }

  private VersionStatus answered(
      Version version, @Nullable VersionStatus before, int failures, PodSeen pod) {
    return switch (PodAnswer.of(pod, WHO, seen.startTimeout(), seen.now())) {
      case NotYet wait -> {
        if (wait.until() != null) {
          at(wait.until());
        }
        if (wait.message() != null) {
          yield pending(version, Reason.Starting.name(), wait.message(), failures, null);
        }
        yield before != null && before.nextCheckTime() != null
            ? before
            : pending(version, "Checking", "It is being looked at", failures, null);
      }
      case Found answer -> active(version, answer.report());
      case Wrong wrong -> state(version, State.FAILED, wrong.code(), wrong.message());
      case NoAnswer none -> {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        Instant next =
            seen.now()
                .plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
        at(next);
        yield pending(version, none.code(), none.message(), failures + 1, next);
      }
    };
  }

  private VersionStatus active(Version version, StageReport answer) {
    return new VersionStatus(
        version.version(),
        State.ACTIVE,
        null,
        null,
        answer.sizeBytes(),
        answer.entries(),
        answer.unpackedBytes(),
        answer.digest(),
        seen.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        PackageUse.source(version),
        request,
        null,
        null);
  }

  private VersionStatus state(Version version, State state, String code, String message) {
    return new VersionStatus(
        version.version(),
        state,
        code,
        cut(message),
        null,
        null,
        null,
        null,
        null,
        PackageUse.source(version),
        request,
        null,
        null);
  }

  private VersionStatus pending(
      Version version, String code, String message, int failures, @Nullable Instant next) {
    return new VersionStatus(
        version.version(),
        State.PENDING,
        code,
        cut(message),
        null,
        null,
        null,
        null,
        null,
        PackageUse.source(version),
        request,
        failures == 0 ? null : Integer.valueOf(failures),
        next == null ? null : next.toString());
  }

  private List<io.poolwright.api.Condition> conditions(List<VersionStatus> versions) {
    Conditions conditions =
        new Conditions(status.conditions(), found.getMetadata().getGeneration(), seen.now());
    List<VersionStatus> failed = versions.stream().filter(v -> v.state() == State.FAILED).toList();
    List<VersionStatus> pending =
        versions.stream().filter(v -> v.state() == State.PENDING).toList();
    if (!failed.isEmpty()) {
      return conditions.stalled(Reason.VersionsFailed, sentence(failed));
    }
    return pending.isEmpty()
        ? conditions.ready(
            Reason.VersionsActive,
            versions.stream().map(VersionStatus::version).collect(Collectors.joining(", ")))
        : conditions.progressing(Reason.VersionsPending, sentence(pending));
  }

  private static String cut(String message) {
    return message.length() <= MESSAGE_LIMIT
        ? message
        : message.substring(0, MESSAGE_LIMIT - 1) + "…";
  }

  private static String sentence(List<VersionStatus> versions) {
    return versions.stream()
        .map(v -> "version " + v.version() + ": " + v.reason() + ": " + v.message())
        .collect(Collectors.joining("; "));
  }

  private List<EventToSay> events(ApplicationPackageStatus say) {
    List<EventToSay> events = new ArrayList<>();
    for (VersionStatus now : say.versions()) {
      boolean news =
          now.state() != State.PENDING
              && status.version(now.version()).filter(now::equals).isEmpty();
      if (news && now.state() == State.FAILED) {
        events.add(new EventToSay(true, Reason.VersionsFailed, sentence(List.of(now))));
      } else if (news) {
        events.add(
            new EventToSay(
                false, Reason.VersionsActive, "version " + now.version() + " is Active"));
      }
    }
    return events;
  }
}
