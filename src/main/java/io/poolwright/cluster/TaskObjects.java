package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;

/** Makes the Task objects of a job's inline tasks. */
public final class TaskObjects {
  private final KubernetesClient client;

  public TaskObjects(KubernetesClient client) {
    this.client = client;
  }

  /** What became of making one. */
  public sealed interface Made {}

  /** It is there, and the job's. */
  public record There(Task task) implements Made {}

  /** The name is somebody else's. */
  public record Taken() implements Made {}

  /** The API server refused it: a policy, a webhook, a quota. */
  public record Refused(String message) implements Made {}

  /** Makes the Task object of an inline task, or finds it made. */
  public Made make(Job job, TaskSpec spec, int place) {
    String id = spec.id() == null ? "" : spec.id();
    Task task = new Task();
    task.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.inlineTask(job.getMetadata().getName(), id))
            .withNamespace(job.getMetadata().getNamespace())
            .addToLabels("app.kubernetes.io/managed-by", "poolwright")
            .addToLabels(Names.JOB, Names.label(job.getMetadata().getName()))
            .addToAnnotations(Names.PLACE, Integer.toString(place))
            .withOwnerReferences(Owners.by(job))
            .build());
    task.setSpec(spec.inJob(job.getMetadata().getName()));
    try {
      return new There(client.resource(task).create());
    } catch (KubernetesClientException e) {
      if (ApiErrors.alreadyExists(e)) {
        Task found = client.resource(task).get();
        return found != null && Owners.own(found, job.getMetadata().getUid())
            ? new There(found)
            : new Taken();
      }
      if (ApiErrors.isRefused(e)) {
        return new Refused(ApiErrors.message(e));
      }
      throw e;
    }
  }
}
