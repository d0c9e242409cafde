package io.poolwright.plan.factory;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.plan.PodAnswer;
import io.poolwright.plan.PodAnswer.Found;
import io.poolwright.plan.PodAnswer.NoAnswer;
import io.poolwright.plan.PodAnswer.NotYet;
import io.poolwright.plan.PodAnswer.Wrong;
import io.poolwright.pods.ListPods;
import io.poolwright.snapshot.FileListSeen;
import io.poolwright.snapshot.FileListSeen.Kept;
import io.poolwright.snapshot.FileListSeen.NotKept;
import io.poolwright.snapshot.FileListSeen.Senseless;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The listing of the objects that a job's factory makes tasks of: a pod makes a list, which is
 * taken down before the job's status names it; from then on it is the job's for good. A pod's name
 * says how many came to nothing before it, so that each look finds the one that was made last.
 */
public final class FileListing {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final int MESSAGE_LIMIT = 1000;
  private static final String FIELD = "spec.taskFactory.source: ";
  private static final String ANOTHER = "; delete the job, and create it with what is right";

  /** The first names what no bucket or prefix can be, or too many objects. */
  private static final PodAnswer.Who WHO =
      new PodAnswer.Who(
          ListPods.CONTAINER,
          "lists the objects",
          "listed the objects",
          "ListLost",
          "ListFailed",
          Set.of("ResourceFileInvalidSource", "TooManyFiles"));

  private final FileListSeen seen;
  private final Job job;
  private final @Nullable ListedFiles ledger;

  private FileListing(FileListSeen seen) {
    this.seen = seen;
    this.job = seen.job();
    this.ledger = job.statusOrNew().files();
  }

  /** Whether the job makes tasks of objects. */
  public static boolean isFor(Job job) {
    TaskFactory factory = job.getSpec().taskFactory();
    return factory != null && factory.type() == TaskFactory.Kind.TASK_PER_FILE;
  }

  public static FileListPlan decide(FileListSeen seen) {
    return new FileListing(seen).decide();
  }

  private FileListPlan decide() {
    if (!isFor(job) || isOver()) {
      return settled(new FilesSeen(ledger, null, null));
    }
    if (ledger != null && ledger.listed()) {
      return settled(new FilesSeen(ledger, null, null));
    }
    if (ledger != null && ledger.givenUp()) {
      return settled(said(ledger));
    }
    int failures = ledger == null || ledger.failures() == null ? 0 : ledger.failures();
    String name = ListPods.name(job, failures);
    Optional<PodSeen> pod = seen.pod(name);
    return pod.isPresent() ? answered(failures, pod.get()) : toBegin(name);
  }

  private boolean isOver() {
    JobState state = job.stateOrActive();
    return state == JobState.COMPLETED
        || state == JobState.TERMINATING
        || job.getSpec().wantsTermination()
        || job.getMetadata().getDeletionTimestamp() != null;
  }

  private FileListPlan toBegin(String name) {
    if (ledger != null && ledger.nextListTime() != null) {
      Instant next = Instant.parse(ledger.nextListTime());
      if (next.isAfter(seen.now())) {
        return new FileListPlan(
            said(ledger),
            null,
            null,
            others(null),
            Duration.between(seen.now(), next).plusMillis(50));
      }
    }
    Refusal refusal = seen.refusal();
    if (refusal == null) {
      return new FileListPlan(waits(null), name, null, others(name), null);
    }
    boolean pauses = refusal.pauses(seen.now());
    Instant next = pauses ? refusal.at().plus(Refusal.PAUSE) : seen.now().plus(Refusal.PAUSE);
    return new FileListPlan(
        new FilesSeen(
            ledger, null, "The pod that lists the objects was refused: " + refusal.message()),
        pauses ? null : name,
        null,
        others(name),
        Duration.between(seen.now(), next).plusMillis(50));
  }

  private FileListPlan answered(int failures, PodSeen pod) {
    return switch (PodAnswer.of(pod, WHO, seen.startTimeout(), seen.now())) {
      case NotYet wait ->
          new FileListPlan(
              waits(wait.message()),
              null,
              null,
              others(pod.name()),
              wait.until() == null
                  ? null
                  : Duration.between(seen.now(), wait.until()).plusMillis(50));
      case Found found -> found(failures, pod, found.report());
      case Wrong wrong -> givenUp(wrong.code(), wrong.message());
      case NoAnswer none -> failed(failures, none.code(), none.message());
    };
  }

  private FileListPlan found(int failures, PodSeen pod, StageReport report) {
    return switch (seen.taken()) {
      case null ->
          new FileListPlan(
              waits(null), null, new FileListPlan.Take(pod, report), others(pod.name()), null);
      case Kept kept ->
          new FileListPlan(
              new FilesSeen(
                  ListedFiles.of(
                      kept.count(),
                      kept.perPart(),
                      kept.digest(),
                      seen.now().truncatedTo(ChronoUnit.SECONDS).toString()),
                  // Its tasks are made once the status names it.
                  "The " + kept.count() + " objects of " + source() + " are listed",
                  null),
              null,
              null,
              others(pod.name()),
              null);
      case Senseless no -> givenUp("InvalidTaskFactory", no.complaint());
      case NotKept no -> failed(failures, "ListNotKept", no.why());
    };
  }

  private FileListPlan givenUp(String code, String message) {
    ListedFiles now = ListedFiles.failed(1, null, code, cut(message));
    return new FileListPlan(said(now), null, null, List.of(), null);
  }

  private FileListPlan failed(int failures, String code, String message) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    Instant next =
        seen.now()
            .plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause)
            .truncatedTo(ChronoUnit.SECONDS)
            .plusSeconds(1);
    ListedFiles now = ListedFiles.failed(failures + 1, next.toString(), code, cut(message));
    return new FileListPlan(
        said(now), null, null, List.of(), Duration.between(seen.now(), next).plusMillis(50));
  }

  private static String cut(String message) {
    return message.length() <= MESSAGE_LIMIT
        ? message
        : message.substring(0, MESSAGE_LIMIT - 1) + "…";
  }

  /** What was wrong the last time stays said until there is another answer. */
  private FilesSeen waits(@Nullable String held) {
    return ledger != null && ledger.code() != null && held == null
        ? said(ledger)
        : new FilesSeen(
            ledger, held == null ? "The objects of " + source() + " are being listed" : held, null);
  }

  private FilesSeen said(ListedFiles failed) {
    String own = failed.code() + ": " + failed.message();
    return new FilesSeen(
        failed,
        null,
        // A field may be named in what the factory complains of already.
        (own.contains("spec.taskFactory") ? "" : FIELD)
            + own
            + (failed.nextListTime() == null
                ? ANOTHER
                : "; it is tried again at " + failed.nextListTime()));
  }

  private String source() {
    TaskFactory factory = job.getSpec().taskFactory();
    TaskFactory.FileSource source = factory == null ? null : factory.source();
    if (source == null) {
      return "the linked storage";
    }
    return "s3://"
        + (source.bucket() == null ? "" : source.bucket())
        + "/"
        + (source.prefix() == null ? "" : source.prefix());
  }

  private List<PodSeen> others(@Nullable String name) {
    return seen.pods().stream().filter(p -> !p.name().equals(name) && !p.deleting()).toList();
  }

  private FileListPlan settled(FilesSeen files) {
    return new FileListPlan(files, null, null, others(null), null);
  }
}
