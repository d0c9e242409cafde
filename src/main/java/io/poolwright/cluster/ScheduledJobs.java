package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.plan.jobschedule.SchedulePlan.NewJob;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.ScheduleSeen.ScheduledJob;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The jobs that a schedule makes, ends and deletes. Each write is safe to be done twice. */
public final class ScheduledJobs {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static final String JOBS =
      "/apis/"
          + HasMetadata.getApiVersion(Job.class)
          + "/namespaces/%s/"
          + HasMetadata.getPlural(Job.class)
          + "/";

  private final KubernetesClient client;

  public ScheduledJobs(KubernetesClient client) {
    this.client = client;
  }

  /** What became of making a job. */
  public sealed interface Made {}

  /** It is there. */
  public record ForThisStart() implements Made {}

  /** The number has been given to a job for another start, which was not heard of yet. */
  public record ForAnotherStart(ScheduledJob job) implements Made {}

  /** It cannot be made. */
  public record InTheWay(String message) implements Made {}

  /**
   * Makes the job, or finds that it was made before; the name has the number, so no start gets two.
   */
  public Made create(JobSchedule schedule, NewJob wanted) {
    Job job = new Job();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withName(wanted.name())
            .withNamespace(schedule.getMetadata().getNamespace())
            .addToLabels("app.kubernetes.io/managed-by", "poolwright")
            .addToLabels(Names.SCHEDULE, Names.label(schedule.getMetadata().getName()))
            .addToAnnotations(Names.JOB_NUMBER, Integer.toString(wanted.number()))
            .addToAnnotations(Names.SCHEDULED_FOR, wanted.start().toString())
            .withOwnerReferences(Owners.by(schedule))
            .build());
    job.setSpec(schedule.getSpec().jobSpecification());
    try {
      client.resource(job).create();
      return new ForThisStart();
    } catch (KubernetesClientException e) {
      if (ApiErrors.alreadyExists(e)) {
        return existing(schedule, wanted);
      }
      if (ApiErrors.isRefused(e)) {
        return new InTheWay("Job " + wanted.name() + " was refused: " + ApiErrors.message(e));
      }
      throw e;
    }
  }

  private Made existing(JobSchedule schedule, NewJob wanted) {
    Job found = get(schedule, wanted.name());
    if (found == null || !Owners.own(found, schedule.getMetadata().getUid())) {
      return new InTheWay(
          "A Job named "
              + wanted.name()
              + " exists and does not belong to this schedule; delete it");
    }
    return read(found)
        .<Made>map(
            j -> j.start().equals(wanted.start()) ? new ForThisStart() : new ForAnotherStart(j))
        .orElseGet(() ->
            new InTheWay(
                "Job "
                    + wanted.name()
                    + " does not say for which start it was made: its annotations "
                    + Names.JOB_NUMBER
                    + " and "
                    + Names.SCHEDULED_FOR
                    + " were changed; delete it"));
  }

  /** A live read of a job that the schedule made; the cache may not have heard of it yet. */
  public Optional<ScheduledJob> find(JobSchedule schedule, String name) {
    return Optional.ofNullable(get(schedule, name))
        .filter(j -> Owners.own(j, schedule.getMetadata().getUid()))
        .flatMap(ScheduledJobs::read);
  }

  private @Nullable Job get(JobSchedule schedule, String name) {
    return client
        .resources(Job.class)
        .inNamespace(schedule.getMetadata().getNamespace())
        .withName(name)
        .get();
  }

  /** Section 6: the running job of a terminated schedule ends with a reason of its own. */
  public void terminate(String namespace, ScheduledJob job) {
    Map<String, Object> patch =
        Map.of(
            "metadata",
            Map.of(
                "uid",
                job.uid(),
                "annotations",
                Map.of(Names.TERMINATE_REASON, "TerminateJobSchedule")),
            "spec",
            Map.of("desiredState", "Terminated"));
    try {
      client
          .resources(Job.class)
          .inNamespace(namespace)
          .withName(job.name())
          .patch(MERGE, client.getKubernetesSerialization().asJson(patch));
    } catch (KubernetesClientException e) {
      // Another job of its name has another UID, and is left alone.
      if (!ApiErrors.isConflict(e) && !ApiErrors.isAbsent(e)) {
        throw e;
      }
    }
  }

  public void delete(String namespace, ScheduledJob job) {
    boolean _ = Deletion.of(client, JOBS.formatted(namespace) + job.name(), job.uid(), null);
  }

  /** In the order of their numbers. */
  static List<ScheduledJob> read(Stream<Job> jobs) {
    return jobs.flatMap(j -> read(j).stream())
        .sorted(Comparator.comparingInt(ScheduledJob::number))
        .toList();
  }

  /** What the decision looks at; empty where the marks are not those that we make. */
  private static Optional<ScheduledJob> read(Job job) {
    Map<String, String> marks = job.getMetadata().getAnnotations();
    String number = marks == null ? null : marks.get(Names.JOB_NUMBER);
    String start = marks == null ? null : marks.get(Names.SCHEDULED_FOR);
    if (number == null || start == null || !number.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ScheduledJob(
              job.getMetadata().getName(),
              job.getMetadata().getUid(),
              Integer.parseInt(number),
              Instant.parse(start),
              job.stateOrActive() == JobState.COMPLETED,
              job.getSpec() != null && job.getSpec().wantsTermination()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
