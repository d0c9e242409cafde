package io.poolwright.plan.factory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.api.job.TaskFactory.FileSource;
import io.poolwright.pods.ListPods;
import io.poolwright.snapshot.FileListSeen;
import io.poolwright.snapshot.FileListSeen.Kept;
import io.poolwright.snapshot.FileListSeen.NotKept;
import io.poolwright.snapshot.FileListSeen.Senseless;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the objects of a job are listed, what is made of the answer, and when again. */
class FileListingTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:01:00Z");
  private static final String FOUND = "{\"entries\":3,\"perPart\":4096,\"digest\":\"abc\"}";

  private static Job job(@Nullable ListedFiles files) {
    return PerFileJob.of(new FileSource("photos", null, "2026/"), JobState.ACTIVE, files);
  }

  private static PodSeen pod(Job job, int failures, int exitCode, @Nullable String message) {
    return PerFileJob.pod(ListPods.name(job, failures), exitCode, message);
  }

  private static FileListSeen seen(Job job, PodSeen... pods) {
    return new FileListSeen(job, List.of(pods), null, null, Duration.ofMinutes(2), NOW);
  }

  private static ListedFiles ledger(FileListPlan plan) {
    return Objects.requireNonNull(plan.files().ledger());
  }

  @Test
  void aNewJobHasItsObjectsListed() {
    Job job = job(null);
    FileListPlan plan = FileListing.decide(seen(job));
    assertThat(plan.create()).isEqualTo(ListPods.name(job, 0));
    assertThat(plan.files().isOpen()).isTrue();
    assertThat(plan.files().progress()).contains("s3://photos/2026/");
  }

  @Test
  void aListIsTakenDownFirstAndThenNamedAndItsPodStaysUntilTheStatusSaysSo() {
    Job job = job(null);
    FileListSeen seen = seen(job, pod(job, 0, 0, FOUND));
    FileListPlan found = FileListing.decide(seen);
    assertThat(found.take()).isNotNull();
    assertThat(found.files().ledger()).isNull();
    assertThat(found.create()).isNull();
    FileListPlan kept = FileListing.decide(seen.with(new Kept(3, 4096, "abc")));
    assertThat(kept.take()).isNull();
    assertThat(kept.delete()).isEmpty();
    assertThat(ledger(kept)).isEqualTo(ListedFiles.of(3, 4096, "abc", NOW.toString()));
    assertThat(kept.files().isOpen()).as("its tasks are made of what is written").isTrue();
  }

  @Test
  void whatIsListedIsNeverListedAgain() {
    Job job = job(ListedFiles.of(3, 4096, "abc", NOW.toString()));
    FileListPlan plan = FileListing.decide(seen(job, pod(job, 0, 0, FOUND)));
    assertThat(plan.create()).isNull();
    assertThat(plan.take()).isNull();
    assertThat(plan.delete()).hasSize(1);
    assertThat(plan.files()).isEqualTo(new FilesSeen(job.statusOrNew().files(), null, null));
    assertThat(FileListing.decide(seen(job)).create()).isNull();
  }

  @Test
  void whatCanBePutRightIsTriedAgainUnderAnotherNameAndLater() {
    Job job = job(null);
    String denied =
        "{\"category\":\"UserError\",\"code\":\"BlobAccessDenied\",\"message\":\"Allow it.\"}";
    FileListPlan failed = FileListing.decide(seen(job, pod(job, 0, 1, denied)));
    assertThat(ledger(failed).failures()).isEqualTo(1);
    assertThat(failed.files().trouble())
        .contains("spec.taskFactory.source", "BlobAccessDenied", "Allow it.", "tried again at");
    assertThat(failed.again()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));

    Job waits = job(ledger(failed));
    FileListPlan pause = FileListing.decide(seen(waits, pod(job, 0, 1, denied)));
    assertThat(pause.create()).isNull();
    assertThat(pause.delete()).hasSize(1);
    assertThat(pause.again()).isPositive();

    Job due = job(ListedFiles.failed(9, NOW.toString(), "BlobAccessDenied", "Allow it."));
    FileListPlan again = FileListing.decide(seen(due));
    assertThat(again.create()).isEqualTo(ListPods.name(due, 9)).isNotEqualTo(ListPods.name(due, 0));
    FileListPlan runs = FileListing.decide(seen(due, PerFileJob.running(ListPods.name(due, 9))));
    assertThat(runs.files().trouble()).as("stays said meanwhile").contains("Allow it.");
    assertThat(FileListing.decide(seen(due, pod(due, 9, 1, denied))).again())
        .isBetween(Duration.ofSeconds(119), Duration.ofSeconds(123));
  }

  @Test
  void whatCannotBePutRightIsToldOnce() {
    Job job = job(null);
    FileListPlan many =
        FileListing.decide(
            seen(
                job, pod(job, 0, 1, "{\"code\":\"TooManyFiles\",\"message\":\"narrow prefix.\"}")));
    FileListPlan senseless =
        FileListing.decide(
            seen(job, pod(job, 0, 0, FOUND))
                .with(new Senseless("spec.taskFactory.repeatTask: no")));
    for (FileListPlan plan : List.of(many, senseless)) {
      assertThat(ledger(plan))
          .extracting(ListedFiles::givenUp, type(Boolean.class))
          .isEqualTo(true);
      assertThat(plan.files().trouble()).contains("delete the job");
      Job never = job(ledger(plan));
      FileListPlan after = FileListing.decide(seen(never));
      assertThat(after.create()).isNull();
      assertThat(after.files()).isEqualTo(plan.files());
    }
    assertThat(senseless.files().trouble()).doesNotContain("spec.taskFactory.source");
  }

  @Test
  void aListThatCouldNotBeTakenDownIsMadeAgain() {
    Job job = job(null);
    FileListPlan plan =
        FileListing.decide(
            seen(job, pod(job, 0, 0, FOUND)).with(new NotKept("not all that was printed")));
    assertThat(ledger(plan).code()).isEqualTo("ListNotKept");
    assertThat(ledger(plan).nextListTime()).isNotNull();
  }

  @Test
  void aPodThatIsRefusedIsSaidAndAskedForAgainAfterAPause() {
    Job job = job(null);
    FileListSeen seen =
        new FileListSeen(
            job, List.of(), null, new Refusal("exceeded quota", NOW), Duration.ofMinutes(2), NOW);
    FileListPlan plan = FileListing.decide(seen);
    assertThat(plan.create()).isNull();
    assertThat(plan.files().trouble()).contains("exceeded quota");
    assertThat(plan.again()).isPositive();
    FileListSeen later =
        new FileListSeen(
            job,
            List.of(),
            null,
            new Refusal("exceeded quota", NOW.minus(Refusal.PAUSE)),
            Duration.ofMinutes(2),
            NOW);
    assertThat(FileListing.decide(later).create()).isNotNull();
  }

  @Test
  void aJobThatEndsListsNothingAndLeavesNoPod() {
    Job job = PerFileJob.of(new FileSource(null, null, null), JobState.TERMINATING, null);
    FileListPlan plan = FileListing.decide(seen(job, PerFileJob.running(ListPods.name(job, 0))));
    assertThat(plan.create()).isNull();
    assertThat(plan.delete()).hasSize(1);
    assertThat(plan.files()).isEqualTo(FilesSeen.NONE);
    Job other = PerFileJob.of(null, JobState.ACTIVE, null);
    assertThat(FileListing.isFor(other)).isFalse();
    assertThat(FileListing.decide(seen(other)).create()).isNull();
    assertThat(JobStatus.NEW.files()).isNull();
  }
}
