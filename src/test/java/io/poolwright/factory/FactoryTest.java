package io.poolwright.factory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.job.RandomValue;
import io.poolwright.api.job.RepeatTask;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.job.TaskFactory.Kind;
import io.poolwright.api.job.TaskFactory.ParameterSet;
import io.poolwright.api.task.TaskSpec;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A factory as its users in the program have it; what it makes is shown by FactoryExpandTest. */
class FactoryTest {
  private static RepeatTask echo(String text) {
    return new RepeatTask(
        null, text, null, null, null, null, null, null, null, null, null, null, null, null);
  }

  private static Factory sweep(long end) throws InvalidFactory {
    return Factory.of(
        spec(
            Kind.PARAMETRIC_SWEEP,
            List.of(new ParameterSet(0L, end, null, null)),
            null,
            null,
            echo("echo {0}")),
        null);
  }

  private static TaskFactory spec(
      Kind kind,
      @Nullable List<ParameterSet> sets,
      @Nullable Long count,
      @Nullable List<RandomValue> random,
      RepeatTask task) {
    return new TaskFactory(kind, sets, null, null, count, null, random, null, null, task, null);
  }

  @Test
  void anyTaskCanBeAskedForAtOnce() throws InvalidFactory {
    Factory factory = sweep(TaskFactory.MOST_TASKS - 1);
    assertThat(factory.size()).isEqualTo(TaskFactory.MOST_TASKS);
    assertThat(factory.task(765_432).commandLine()).isEqualTo("echo 765432");
    assertThat(factory.task(765_432).id()).isEqualTo("765432");
    assertThat(factory.task(3)).isEqualTo(factory.task(3));
    assertThat(factory.mergeTask()).isNull();
  }

  @Test
  void thereIsNoTaskBeyondTheLast() throws InvalidFactory {
    Factory factory = sweep(2);
    assertThat(factory.task(2).commandLine()).isEqualTo("echo 2");
    for (long index : new long[] {-1, 3, 1L << 32}) {
      assertThatThrownBy(() -> factory.task(index)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void moreRandomTasksDoNotChangeTheFirst() throws InvalidFactory {
    List<RandomValue> gauss =
        List.of(
            new RandomValue(
                null,
                null,
                null,
                null,
                null,
                null,
                new RandomValue.MuSigma(0, 1),
                null,
                null,
                null));
    Factory few = Factory.of(spec(Kind.RANDOM, null, 10L, gauss, echo("x {0}")), null);
    Factory many = Factory.of(spec(Kind.RANDOM, null, 1000L, gauss, echo("x {0}")), null);
    assertThat(many.task(7)).isEqualTo(few.task(7)).isNotEqualTo(many.task(8).id());
  }

  @Test
  void aTaskPerFileNeedsAListing() {
    TaskFactory spec =
        new TaskFactory(
            Kind.TASK_PER_FILE,
            null,
            null,
            null,
            null,
            null,
            null,
            new TaskFactory.FileSource(null, null, null),
            null,
            echo("x {url}"),
            null);
    assertThatThrownBy(() -> Factory.of(spec, null))
        .isInstanceOfSatisfying(
            InvalidFactory.class, e -> assertThat(e.path()).isEqualTo("source"));
  }

  /** A field that tasks get later must not be forgotten in repeatTask. */
  @Test
  void aRepeatTaskHasTheFieldsOfATask() {
    Set<String> ofATask = fields(TaskSpec.class);
    ofATask.removeAll(
        Set.of(
            "id", "jobId", "affinityInfo", "dependsOn", "desiredState", "multiInstanceSettings"));
    assertThat(fields(RepeatTask.class)).isEqualTo(ofATask);
    assertThat(fields(RepeatTask.RepeatFile.class)).isEqualTo(fields(ResourceFile.class));
  }

  /**
   * The API server puts defaults in before it asks the rules: where a rule says which fields go
   * together, a default is a field that nobody wrote. And it compares a value without a fraction as
   * a whole number of 64 bits, the bound as well.
   */
  @Test
  void theSchemaHasNoDefaultAndNoBoundBeyond64Bits() {
    assertThat(
            Stream.of(TaskFactory.class, RandomValue.class)
                .flatMap(c -> Stream.concat(Stream.of(c), Arrays.stream(c.getDeclaredClasses())))
                .flatMap(c -> Arrays.stream(c.getDeclaredFields())))
        .hasSizeGreaterThan(40)
        .allSatisfy(field -> {
          assertThat(field.getAnnotation(Default.class)).isNull();
          Min min = field.getAnnotation(Min.class);
          Max max = field.getAnnotation(Max.class);
          assertThat(min == null ? 0 : min.value()).isBetween(-0x1p63, 0x1p62);
          assertThat(max == null ? 0 : max.value()).isBetween(-0x1p63, 0x1p62);
        });
  }

  private static Set<String> fields(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
