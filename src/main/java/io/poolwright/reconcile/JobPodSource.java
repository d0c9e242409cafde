package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.poolwright.api.job.Job;
import io.poolwright.cluster.PruningStore;
import io.poolwright.pods.Names;

/** Pods that a job itself owns, and is looked at again for. */
final class JobPodSource {
  private JobPodSource() {}

  /**
   * @param role which of them, as {@link Names#ROLE} says
   */
  static InformerEventSource<Pod, Job> of(
      EventSourceContext<Job> context, String name, String role) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(Pod.class, Job.class)
            .withName(name)
            .withLabelSelector(Names.ROLE + "=" + role)
            .withNamespacesInheritedFromController()
            .withInformerListLimit(500L)
            .withItemStore(
                PruningStore.ofPods(
                    context.getControllerConfiguration().getInformerConfig().getNamespaces()))
            .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(Job.class))
            .build(),
        context);
  }
}
