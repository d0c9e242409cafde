package io.poolwright.plan.factory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.factory.PackedRanges;
import io.poolwright.factory.Ranges;
import io.poolwright.plan.task.LedgerEntry;
import io.poolwright.testing.FakeClock;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However long names are and whatever becomes of its tasks, a Job stays below 256 KiB. */
class LedgerSizeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String POOL = "p".repeat(50);
  private static final String NODE = POOL + "-node-99999";

  private final Random random = new Random(5);
  private Job job = new Job();
  private @Nullable Factory factory;

  private void begin(int size, int variables) throws JsonProcessingException, InvalidFactory {
    job =
        JSON.readValue(
            """
            {"apiVersion":"poolwright.io/v1alpha1","kind":"Job",
             "metadata":{"name":"j","namespace":"team-a","uid":"uid-of-j","creationTimestamp":"%s"},
             "spec":{"poolInfo":{"poolId":"%s"},
               "taskFactory":{"type":"Repeat","count":%d,"repeatTask":{"commandLine":"work {0}",
                 "environmentSettings":[%s]}}}}
            """
                .formatted(
                    FakeClock.START,
                    POOL,
                    size,
                    IntStream.range(0, variables)
                        .mapToObj(i ->
                            "{\"name\":\"X%d\",\"value\":\"%s\"}".formatted(i, "v".repeat(10_000)))
                        .collect(Collectors.joining(","))),
            Job.class);
    factory = Factory.of(Objects.requireNonNull(job.getSpec().taskFactory()), null);
  }

  private Factory made() {
    return Objects.requireNonNull(factory);
  }

  private FactoryLedger write(FactoryLedger page) throws JsonProcessingException {
    FactoryStatus status = page.status();
    job.setStatus(JobStatus.NEW.with(status, page.counts(), page.counts(), ""));
    assertThat(JSON.writeValueAsBytes(job).length).isLessThan(LedgerSize.MOST);
    FactoryLedger read = new FactoryLedger(job, made());
    assertThat(read.status()).as("read and written again").isEqualTo(status);
    assertThat(read.counts()).isEqualTo(page.counts());
    return read;
  }

  private static void start(FactoryLedger page, int index) {
    Task task = page.task(index, 0);
    String uid = UUID.randomUUID().toString();
    page.enter(index, task, LedgerEntry.intend(task, POOL, NODE, "pod", uid, FakeClock.START));
  }

  /** Its attempt ends, and another may follow after a time. */
  private void again(FactoryLedger page, int index) {
    Task task = page.task(index, 0);
    Attempt was = Objects.requireNonNull(task.statusOrNew().attempt());
    page.enter(
        index,
        task,
        new TaskStatus(
            1L,
            TaskState.ACTIVE,
            new ExecutionInfo(null, null, 1, null, null, 10 + random.nextInt(80), null),
            null,
            new Attempt(
                10 + random.nextInt(80),
                was.podName(),
                was.podUid(),
                random.nextInt(9),
                FakeClock.START.plusNanos(1_000_000).toString()),
            null,
            List.of()));
  }

  private static void fail(FactoryLedger page, int index) {
    String story = "\u0001\"wäh—\uD83D\uDE00 ".repeat(200);
    Task task = page.task(index, 0);
    page.enter(
        index,
        task,
        new TaskStatus(
            1L,
            TaskState.COMPLETED,
            new ExecutionInfo(
                null,
                FakeClock.START.toString(),
                3,
                TaskResult.FAILURE,
                new FailureInfo(
                    "UserError",
                    "FailureExitCode",
                    story,
                    List.of(new FailureInfo.Detail("stderr", story))),
                null,
                null),
            task.statusOrNew().nodeInfo(),
            task.statusOrNew().attempt(),
            null,
            List.of()));
  }

  /** Half of the tasks before the last few have succeeded, each other one has failed. */
  private void mixed(int over) {
    BitSet well = new BitSet();
    for (int i = 0; i < over; i++) {
      well.set(i, random.nextBoolean());
    }
    Ranges succeeded = Ranges.of(well);
    well.flip(0, over);
    FactoryStatus status =
        new FactoryStatus(
            (int) made().size(),
            PackedRanges.write(succeeded),
            PackedRanges.write(Ranges.of(well), succeeded.complement(made().size())),
            null,
            null,
            null,
            List.of(),
            List.of(),
            null,
            null,
            null);
    job.setStatus(
        JobStatus.NEW.with(status, JobStatus.TaskCounts.NONE, JobStatus.TaskCounts.NONE, ""));
  }

  /** Room is for a whole round: all run, all wait for another attempt, all run, all fail. */
  @ParameterizedTest
  @CsvSource({"10000,0,0", "100000,90000,0", "200000,190000,0", "100000,0,12"})
  void whateverBecomesOfThem(int size, int over, int variables) throws Exception {
    begin(size, variables);
    mixed(over);
    FactoryLedger page = new FactoryLedger(job, made());
    int next = (int) page.fresh().next(0);
    int first = next;
    while (page.room() > 0) {
      start(page, next++);
    }
    assertThat(next - first).as("run at once").isBetween(100, FactoryLedger.WINDOW);
    assertThat(page.takes(next, 1)).as("one more").isFalse();
    assertThat(page.isFull()).isEqualTo(next - first < FactoryLedger.WINDOW);
    page = write(page);
    for (int i = first; i < next; i++) {
      again(page, i);
    }
    page = write(page);
    for (int i = first; i < next; i++) {
      assertThat(page.takes(i, page.nextAttempt(i))).as("nothing is lost").isTrue();
      start(page, i);
    }
    page = write(page);
    for (int i = first; i < next; i += 2) {
      fail(page, i);
    }
    page = write(page);
    for (int i = first + 1; i < next; i += 2) {
      fail(page, i);
      page = i % 101 == 0 ? write(page) : page;
    }
    page = write(page);
    assertThat(page.room()).isGreaterThan(100);
    assertThat(page.firstFailure()).isNotNull();
    assertThat(page.counts().completed()).isEqualTo(next);
  }

  @Test
  void whereNothingHasRoomNothingBegins() throws Exception {
    begin(10, 25);
    FactoryLedger page = new FactoryLedger(job, made());
    assertThat(page.isFull()).isTrue();
    assertThat(page.takes(0, 1)).isFalse();
  }
}
