package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.board.Board;
import io.poolwright.board.Key;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.PruningStore;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.plan.apppackage.PackageChecks;
import io.poolwright.plan.apppackage.PackagePlan;
import io.poolwright.pods.CheckPods;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PackageSeen;
import io.poolwright.snapshot.PodSeen;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One application: pods look at its versions, and the pools and tasks that refer to it look again
 * when there is an answer.
 */
@ControllerConfiguration(
    name = "applicationpackage",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class ApplicationPackageReconciler implements Reconciler<ApplicationPackage> {
  private final World world;
  private final Board board;
  private final Applications applications;
  private final Ledger ledger;
  private final Statuses statuses;
  private final Events events;
  private final Wakes wakes;
  private final CheckPods checkPods;

  private final Refusals refusals;
  private final Map<String, List<Object>> told = new ConcurrentHashMap<>();

  public ApplicationPackageReconciler(
      World world,
      Board board,
      Applications applications,
      Ledger ledger,
      Statuses statuses,
      Events events,
      Wakes wakes,
      CheckPods checkPods,
      Clock clock) {
    this.world = world;
    this.board = board;
    this.applications = applications;
    this.ledger = ledger;
    this.statuses = statuses;
    this.events = events;
    this.wakes = wakes;
    this.checkPods = checkPods;
    this.refusals = new Refusals(clock);
  }

  @Override
  public List<EventSource<?, ApplicationPackage>> prepareEventSources(
      EventSourceContext<ApplicationPackage> context) {
    var pods =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Pod.class, ApplicationPackage.class)
                .withName("check-pods")
                .withLabelSelector(Names.ROLE + "=" + Names.ROLE_CHECK)
                .withNamespacesInheritedFromController()
                .withInformerListLimit(500L)
                .withItemStore(
                    PruningStore.ofPods(
                        context.getControllerConfiguration().getInformerConfig().getNamespaces()))
                .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(ApplicationPackage.class))
                .build(),
            context);
    applications.packages(context.getPrimaryCache(), pods);
    return List.of(pods, wakes.packages().of(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<ApplicationPackage> reconcile(
      ApplicationPackage cached, Context<ApplicationPackage> context) {
    if (!context.isPrimaryResourceDeleted()) {
      return look(cached);
    }
    String uid = cached.getMetadata().getUid();
    refusals.forget(uid);
    told.remove(uid);
    statuses.forget(uid);
    tell(cached);
    return UpdateControl.noUpdate();
  }

  private UpdateControl<ApplicationPackage> look(ApplicationPackage cached) {
    ApplicationPackage found = statuses.latest(cached, ApplicationPackage.class);
    if (found.getSpec() == null) {
      Unreadable.say(statuses, found);
      return UpdateControl.noUpdate();
    }
    if (!board.isOpen()) {
      // Those that are to be told of an answer may not be known yet.
      return UpdateControl.<ApplicationPackage>noUpdate().rescheduleAfter(Duration.ofMillis(200));
    }
    if (found.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    PackageSeen seen = applications.see(found, refusals.of(found));
    PackagePlan plan = PackageChecks.decide(seen);
    Optional<String> refused = apply(found, plan);
    say(found, plan);
    if (refusals.settle(found, seen.refusal(), !plan.create().isEmpty(), refused)) {
      // Said at once; what the API server says later, it may say in other words each time.
      return UpdateControl.<ApplicationPackage>noUpdate().rescheduleAfter(Duration.ofMillis(1));
    }
    UpdateControl<ApplicationPackage> done = UpdateControl.noUpdate();
    return plan.again() == null ? done : done.rescheduleAfter(plan.again());
  }

  /** Returns what the API server said where it refused a pod. */
  private Optional<String> apply(ApplicationPackage found, PackagePlan plan) {
    String uid = found.getMetadata().getUid();
    for (PodSeen pod : plan.delete()) {
      ledger.delete(found.getMetadata().getNamespace(), pod.name(), pod.uid());
    }
    for (PackagePlan.Look look : plan.create()) {
      switch (ledger.create(checkPods.build(found, look.place(), look.pod()), uid)) {
        case Ledger.Ours ours -> applications.madeCheck(ours.pod());
        case Ledger.Refused no -> {
          return Optional.of(no.message());
        }
        case Ledger.Stranger no -> {
          return Optional.of(no.message());
        }
      }
    }
    return Optional.empty();
  }

  private void say(ApplicationPackage found, PackagePlan plan) {
    ApplicationPackageStatus say = plan.say();
    ApplicationPackage now = found;
    if (say != null) {
      Optional<ApplicationPackage> written = statuses.write(found, new ApplicationPackage(), say);
      written.ifPresent(p -> events.say(p, plan.events()));
      now = written.orElse(found);
    }
    // What nobody decides from is not told: a look that has begun, or when the next one is.
    List<Object> matters =
        List.of(
            now.getMetadata().getGeneration(),
            now.statusOrNew().versions().stream()
                .map(ApplicationPackageReconciler::known)
                .toList());
    if (!matters.equals(told.put(found.getMetadata().getUid(), matters))) {
      tell(now);
    }
  }

  private static List<String> known(VersionStatus version) {
    return List.of(
        version.version(),
        version.state().name(),
        String.valueOf(version.source()),
        String.valueOf(version.digest()),
        String.valueOf(version.message()));
  }

  private void tell(ApplicationPackage found) {
    world.poolsWith(found).forEach(p -> wakes.pool(Key.of(p)));
    world.tasksWith(found).forEach(wakes::task);
  }
}
