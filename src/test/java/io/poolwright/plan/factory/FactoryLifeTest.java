package io.poolwright.plan.factory;

import static io.poolwright.testing.PoolBuilder.aPool;
import static io.poolwright.testing.TaskPodBuilder.aTaskPod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.factory.Factory;
import io.poolwright.snapshot.FactorySeen;
import io.poolwright.snapshot.ListTrouble;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.testing.FakeClock;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tasks of a factory may begin. */
class FactoryLifeTest {

  /** The manager is the first that waits for a node; it is made before anything else is. */
  @ParameterizedTest
  @CsvSource({"true,0,false", "true,1,true", "false,0,true"})
  void noneBeginsBeforeTheManagerIsMade(boolean managed, int made, boolean runnable)
      throws Exception {
    Job job =
        new ObjectMapper()
            .readValue(
                """
                {"apiVersion":"poolwright.io/v1alpha1","kind":"Job",
                 "metadata":{"name":"j","namespace":"team-a","uid":"uid-of-j","creationTimestamp":"%s"},
                 "spec":{"poolInfo":{"poolId":"p"},%s
                   "taskFactory":{"type":"Repeat","count":3,"repeatTask":{"commandLine":"work {0}"}}},
                 "status":{"state":"Active","createdTasks":%d}}
                """
                    .formatted(
                        FakeClock.START,
                        managed
                            ? "\"jobManagerTask\":{\"id\":\"manager\",\"commandLine\":\"manage\"},"
                            : "",
                        made),
                Job.class);
    Factory factory = Factory.of(Objects.requireNonNull(job.getSpec().taskFactory()), null);
    FactorySeen seen =
        new FactorySeen(
            job,
            aPool("p").build(),
            Map.of(),
            Map.of(),
            Map.of(),
            Set.of(),
            null,
            null,
            null,
            null,
            Duration.ofMinutes(2),
            FakeClock.START);
    assertThat(FactoryLife.decide(seen, factory).runnable()).isEqualTo(runnable);
  }

  /** A list of which no part can be read. */
  private static final List<String> UNREADABLE =
      new AbstractList<>() {
        @Override
        public String get(int index) {
          throw new IllegalStateException("key " + index + " was read");
        }

        @Override
        public int size() {
          return 5;
        }
      };

  /** Of five tasks the first failed, the second runs, the third waits for its next attempt. */
  private static Job begun() throws IOException {
    return new ObjectMapper()
        .readValue(
            """
            {"apiVersion":"poolwright.io/v1alpha1","kind":"Job",
             "metadata":{"name":"j","namespace":"team-a","uid":"uid-of-j","creationTimestamp":"%s"},
             "spec":{"poolInfo":{"poolId":"p"},"constraints":{"maxTaskRetryCount":1},
               "taskFactory":{"type":"TaskPerFile","source":{},"repeatTask":{"commandLine":"work {url}",
                 "resourceFiles":[{"httpUrl":"{url}","filePath":"in"}]}}},
             "status":{"state":"Active","taskFactory":{"size":5,"failed":"0","live":[
               {"index":1,"attempt":1,"podUid":"uid-1","node":"n"},
               {"index":2,"attempt":1,"podUid":"uid-2"}]}}}
            """
                .formatted(FakeClock.START),
            Job.class);
  }

  private static FactoryPlan decide(@Nullable ListTrouble list, int exitCode) throws Exception {
    Job job = begun();
    Map<Integer, List<PodSeen>> pods =
        Map.of(
            0,
            List.of(aTaskPod("j-0", 2).uid("uid-0").letGo().ended(1).seen()),
            1,
            List.of(aTaskPod("j-1", 1).uid("uid-1").letGo().ended(exitCode).seen()));
    FactorySeen seen =
        new FactorySeen(
            job,
            aPool("p").build(),
            pods,
            Map.of(),
            Map.of(),
            Set.of(),
            null,
            list,
            null,
            null,
            Duration.ofMinutes(2),
            FakeClock.START);
    TaskFactory spec = Objects.requireNonNull(job.getSpec().taskFactory());
    return FactoryLife.decide(seen, Factory.ofListed(spec, UNREADABLE, true));
  }

  @Test
  void aKeyIsReadForWhatIsStillToBeMadeAlone() {
    assertThatThrownBy(() -> decide(null, 0)).hasMessage("key 2 was read");
  }

  @ParameterizedTest
  @CsvSource({"true,InvalidTaskFactory", "false,FilesNotListed"})
  void whereTheListIsGoneWhatRunsEndsAndNothingElseBegins(boolean lost, String reason)
      throws Exception {
    FactoryPlan plan = decide(new ListTrouble("It is gone", lost), 0);
    assertThat(plan.changed()).isTrue();
    assertThat(plan.ledger().counts()).isEqualTo(new TaskCounts(3, 0, 2, 1, 1));
    assertThat(plan.runnable()).isFalse();
    assertThat(plan.ready()).isEmpty();
    assertThat(plan.obstacle()).isEqualTo("j-3: " + reason + ": It is gone");
    assertThat(plan.stuck()).isEqualTo(lost);
    assertThat(plan.again() == null).isEqualTo(lost);
    assertThat(plan.ledger().live())
        .extracting(LiveTask::reason)
        .containsExactly(lost ? reason : null);
  }

  /** What failed has another attempt once there is a list again; where it is lost it waits. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatFailsIsNotOverThough(boolean lost) throws Exception {
    FactoryPlan plan = decide(new ListTrouble("It is gone", lost), 3);
    assertThat(plan.ledger().counts()).isEqualTo(new TaskCounts(4, 0, 1, 0, 1));
    assertThat(plan.ready()).isEmpty();
  }
}
