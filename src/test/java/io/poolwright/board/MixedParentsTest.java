package io.poolwright.board;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.TaskBuilder.aTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.factory.Ranges;
import io.poolwright.snapshot.ParentsSeen;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks that wait for tasks of a factory and for others. */
class MixedParentsTest {
  private final Dependencies dependencies = new Dependencies(true);
  private int version;

  private List<String> put(String id, boolean over, String... parents) {
    return put(id, over, new DependsOn(List.of(parents), List.of()));
  }

  private List<String> put(String id, boolean over, DependsOn on) {
    Task task = aTask("j-" + id).id(id).of("j").dependsOn(on).build();
    task.getMetadata().setResourceVersion(Integer.toString(++version));
    ExecutionInfo info =
        new ExecutionInfo(
            null, null, over ? 0 : null, over ? TaskResult.SUCCESS : null, null, null, null);
    task.setStatus(
        new TaskStatus(
            1L, over ? TaskState.COMPLETED : TaskState.ACTIVE, info, null, null, null, List.of()));
    return dependencies.put(BoardEntry.of(task, aJob("j").build(), false));
  }

  private List<String> factory(Ranges satisfied) {
    return dependencies.factory(new FactoryParents(3, satisfied, Ranges.NONE, Ranges.NONE));
  }

  @Test
  void theLastOfThemMayBeOneOfEither() {
    factory(Ranges.NONE);
    put("setup", false);
    put("merge", false, "setup", "0", "1", "2");
    assertThat(factory(Ranges.of(0, 1))).isEmpty();
    assertThat(factory(Ranges.of(0, 2))).as("setup is not over").isEmpty();
    assertThat(put("setup", true)).containsExactly("j-merge");
    assertThat(dependencies.of("j-merge", "merge").open()).isZero();
    assertThat(put("setup", false)).as("reactivated").containsExactly("j-merge");
    put("setup", true);
    assertThat(factory(Ranges.of(0, 1))).as("one was reactivated").containsExactly("j-merge");
    assertThat(factory(Ranges.of(0, 2))).containsExactly("j-merge");
  }

  private static final DependsOn ALL = new DependsOn(List.of(), List.of(new TaskIdRange(0, 2)));

  private ParentsSeen ofMerge() {
    return dependencies.of("j-merge", "merge");
  }

  @Test
  void inRangesLeadingZerosDoNotCountBesideAFactoryEither() {
    factory(Ranges.NONE);
    put("01", false);
    put("merge", false, ALL);
    assertThat(ofMerge().open()).isEqualTo(3);
    assertThat(factory(Ranges.of(0, 2))).as("01 is not over").isEmpty();
    assertThat(ofMerge().open()).isEqualTo(1);
    assertThat(ofMerge().first()).containsExactly("01");
    assertThat(put("01", true)).containsExactly("j-merge");
    assertThat(ofMerge().open()).isZero();
    assertThat(factory(Ranges.of(0, 0))).as("1 and 2 run again").containsExactly("j-merge");
    assertThat(ofMerge().open()).isEqualTo(2);
    assertThat(ofMerge().first()).containsExactly("1", "2");
  }

  @Test
  void anIdWithZerosThatComesLaterCountsToo() {
    factory(Ranges.of(0, 2));
    put("merge", false, ALL);
    assertThat(ofMerge().open()).isZero();
    assertThat(put("002", false)).containsExactly("j-merge");
    assertThat(ofMerge().open()).isEqualTo(1);
    put("0002", true);
    assertThat(ofMerge().open()).isEqualTo(1);
    assertThat(put("002", true)).containsExactly("j-merge");
    assertThat(ofMerge().open()).isZero();
  }

  @Test
  void anIdIsNamedAsItIsWritten() {
    factory(Ranges.of(0, 2));
    put("merge", false, "01");
    assertThat(ofMerge().open()).as("1 is another").isEqualTo(1);
    put("01", true);
    assertThat(ofMerge().open()).isZero();
  }

  @Test
  void aTaskThatWasThereBeforeTheFactoryThatHasItsIdIsATwinAsAfterARestart() {
    put("1", false);
    put("merge", false, ALL);
    assertThat(factory(Ranges.NONE)).contains("j-1");
    assertThat(put("1", false)).containsExactly("j-merge");
    assertThat(dependencies.of("j-1", "1").twin()).isEqualTo("1 of the taskFactory");
    factory(Ranges.of(0, 2));
    assertThat(ofMerge().open()).isZero();
    assertThat(factory(Ranges.NONE)).containsExactly("j-merge");
    assertThat(ofMerge().open()).isEqualTo(3);
  }

  @Test
  void anIdIsFreeForATaskWhenTheFactoryThatHadItIsGone() {
    factory(Ranges.NONE);
    put("1", false);
    put("merge", false, "1");
    assertThat(dependencies.of("j-1", "1").twin()).isEqualTo("1 of the taskFactory");
    assertThat(dependencies.factory(FactoryParents.NONE)).contains("j-1");
    assertThat(dependencies.of("j-1", "1").twin()).isNull();
    assertThat(put("1", true)).containsExactly("j-merge");
    assertThat(ofMerge().open()).isZero();
  }
}
