package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.job.Job;
import io.poolwright.pods.JobToken;
import io.poolwright.pods.Owners;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ServiceAccounts of jobs whose tasks have a token, each with a Role. They are the job's, and
 * go with it. Owners are checked by UID.
 */
public final class JobTokens {
  private static final String FIELD = "spec.authenticationTokenSettings: ";

  private final KubernetesClient client;
  private final boolean enabled;

  /** Jobs whose objects were made or found: lost at a restart, and then looked for once more. */
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  /**
   * @param enabled whether tasks may have tokens at all
   */
  public JobTokens(KubernetesClient client, boolean enabled) {
    this.client = client;
    this.enabled = enabled;
  }

  /** Makes what is missing; what is in the way, if something is. */
  public Optional<String> make(Job job) {
    if (!enabled) {
      return Optional.of(
          FIELD
              + "this operator gives out no tokens; have jobTokens.enabled set in the values of its"
              + " chart, or leave it out");
    }
    if (made.contains(job.getMetadata().getUid())) {
      return Optional.empty();
    }
    for (HasMetadata wanted : JobToken.objects(job)) {
      Optional<String> problem = make(wanted, job);
      if (problem.isPresent()) {
        return problem;
      }
    }
    made.add(job.getMetadata().getUid());
    return Optional.empty();
  }

  private Optional<String> make(HasMetadata wanted, Job job) {
    try {
      client.resource(wanted).create();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (ApiErrors.isRefused(e)) {
        return Optional.of(
            FIELD + "the " + nameOf(wanted) + " was refused: " + ApiErrors.message(e));
      }
      if (!ApiErrors.alreadyExists(e)) {
        throw e;
      }
    }
    HasMetadata found = client.resource(wanted).get();
    return found != null && Owners.own(found, job.getMetadata().getUid())
        ? Optional.empty()
        : Optional.of(
            FIELD
                + "a "
                + nameOf(wanted)
                + " exists and does not belong to job "
                + job.getMetadata().getName()
                + "; delete it, or give the job another name");
  }

  private static String nameOf(HasMetadata object) {
    return object.getKind() + " named " + object.getMetadata().getName();
  }

  public void forget(String jobUid) {
    made.remove(jobUid);
  }
}
