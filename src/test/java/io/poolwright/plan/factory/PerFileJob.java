package io.poolwright.plan.factory;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.api.job.TaskFactory.FileSource;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Phase;
import io.poolwright.snapshot.PodSeen.Running;
import io.poolwright.snapshot.PodSeen.State;
import io.poolwright.snapshot.PodSeen.Terminated;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs that make a task of each object, and the pods that list these. */
final class PerFileJob {
  private static final Instant CREATED = Instant.parse("2026-03-01T12:00:50Z");

  private PerFileJob() {}

  /** One without a source has no factory. */
  static Job of(@Nullable FileSource source, JobState state, @Nullable ListedFiles files) {
    String factory =
        source == null
            ? ""
            : """
              taskFactory:
                type: TaskPerFile
                source: %s
                repeatTask: {commandLine: "work {url}"}
            """
                .formatted(Serialization.asJson(source));
    Job job =
        Serialization.unmarshal(
            """
            apiVersion: poolwright.io/v1alpha1
            kind: Job
            metadata: {name: j, namespace: team-a, uid: uid-j, generation: 1}
            spec:
              poolInfo: {poolId: p}
            """
                + factory,
            Job.class);
    job.setStatus(
        new JobStatus(
            1L, state, null, null, null, null, null, null, null, List.of(), null, files,
            List.of()));
    return job;
  }

  static PodSeen running(String name) {
    return pod(name, Phase.RUNNING, new Running(CREATED.toString()));
  }

  static PodSeen pod(String name, int exitCode, @Nullable String message) {
    return pod(
        name,
        exitCode == 0 ? Phase.SUCCEEDED : Phase.FAILED,
        new Terminated(exitCode, null, message, null, null));
  }

  private static PodSeen pod(String name, Phase phase, State state) {
    return new PodSeen(
        name,
        "uid-" + name,
        "1",
        0,
        null,
        "machine",
        phase,
        null,
        null,
        false,
        false,
        List.of(),
        false,
        false,
        false,
        false,
        null,
        null,
        null,
        null,
        null,
        null,
        CREATED,
        CREATED,
        List.of(),
        List.of(new ContainerSeen("list", false, state)));
  }
}
