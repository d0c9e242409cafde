package io.poolwright.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.poolwright.api.Condition;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.cluster.Key;
import io.poolwright.cluster.Statuses;
import io.poolwright.cluster.World;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Clock;
import java.util.List;

/** One application: pools that refer to it look again when it changes. */
@ControllerConfiguration(name = "applicationpackage", triggerReconcilerOnAllEvents = true)
public final class ApplicationPackageReconciler implements Reconciler<ApplicationPackage> {
  private final World world;
  private final Statuses statuses;
  private final Wakes wakes;
  private final Clock clock;

  public ApplicationPackageReconciler(World world, Statuses statuses, Wakes wakes, Clock clock) {
    this.world = world;
    this.statuses = statuses;
    this.wakes = wakes;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, ApplicationPackage>> prepareEventSources(
      EventSourceContext<ApplicationPackage> context) {
    world.packages(context.getPrimaryCache());
    return List.of();
  }

  @Override
  public UpdateControl<ApplicationPackage> reconcile(
      ApplicationPackage found, Context<ApplicationPackage> context) {
    world.poolsWith(found).forEach(p -> wakes.pool(Key.of(p)));
    if (context.isPrimaryResourceDeleted()) {
      return world.anew(found).map(this::look).orElseGet(UpdateControl::noUpdate);
    }
    return look(found);
  }

  private UpdateControl<ApplicationPackage> look(ApplicationPackage found) {
    Long generation = found.getMetadata().getGeneration();
    if (found.getSpec() == null) {
      Unreadable.say(statuses, found);
      return UpdateControl.noUpdate();
    }
    List<Condition> before = found.getStatus() == null ? List.of() : found.getStatus().conditions();
    List<Condition> now =
        new Conditions(before, generation, clock.instant())
            .ready(Reason.Accepted, found.getSpec().versions().size() + " version(s)");
    if (!now.equals(before)) {
      statuses.write(
          found, new ApplicationPackage(), new ApplicationPackageStatus(generation, now));
    }
    return UpdateControl.noUpdate();
  }
}
