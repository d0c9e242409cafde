package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.task.TaskSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many tasks from one description (section 19.3 of the reference): Azure's three kinds by Azure's
 * names, and six more. Task i has the id i, from 0 on.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "has(self.parameterSets) == (self.type.lowerAscii() in ['parametricsweep', 'product', 'zip', 'combinations', 'permutations'])",
    message =
        "parameterSets: ParametricSweep, Product, Zip, Combinations and Permutations need it, and no other type takes it")
@ValidationRule(
    value =
        "self.type.lowerAscii() != 'parametricsweep' || !has(self.parameterSets) || self.parameterSets.all(s, !has(s.values))",
    message =
        "parameterSets: ParametricSweep takes numbers, start to end; type: Product takes values too")
@ValidationRule(
    value =
        "!(self.type.lowerAscii() in ['combinations', 'permutations']) || !has(self.parameterSets) || self.parameterSets.size() == 1",
    message = "parameterSets: Combinations and Permutations choose from exactly one set")
@ValidationRule(
    value = "has(self.length) == (self.type.lowerAscii() in ['combinations', 'permutations'])",
    message = "length: Combinations and Permutations need it, and no other type takes it")
@ValidationRule(
    value = "!has(self.replacement) || self.type.lowerAscii() == 'combinations'",
    message = "replacement: only Combinations takes it")
@ValidationRule(
    value = "has(self.count) == (self.type.lowerAscii() in ['random', 'repeat'])",
    message = "count: Random and Repeat need it, and no other type takes it")
@ValidationRule(
    value = "has(self.random) == (self.type.lowerAscii() == 'random')",
    message = "random: type Random needs it, and no other type takes it")
@ValidationRule(
    value = "!has(self.seed) || self.type.lowerAscii() == 'random'",
    message = "seed: only type Random takes it")
@ValidationRule(
    value = "has(self.source) == (self.type.lowerAscii() == 'taskperfile')",
    message = "source: TaskPerFile needs it, and no other type takes it")
@ValidationRule(
    value =
        "has(self.tasks) == (self.type.lowerAscii() == 'taskcollection') && has(self.repeatTask) != has(self.tasks)",
    message = "TaskCollection takes tasks; every other type takes repeatTask")
@ValidationRule(
    value = "!has(self.mergeTask) || self.type.lowerAscii() != 'taskcollection'",
    message = "mergeTask: a TaskCollection has none; write it as one of the tasks")
public record TaskFactory(
    @Required @JsonPropertyDescription("Where the tasks come from.") Kind type,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription("The values: {0} in repeatTask is of the first set, and so on.")
        List<ParameterSet> parameterSets,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription("How many values each combination or permutation has: {0}, {1}…")
        @Nullable Integer length,
    @JsonPropertyDescription(
            "Combinations: whether a value may be chosen more than once. False unless given.")
        @Nullable Boolean replacement,
    @Min(1)
        @Max(TaskFactory.MOST_TASKS)
        @JsonPropertyDescription(
            "Random, Repeat: how many tasks. With Repeat {0} is the task's number.")
        @Nullable Long count,
    @Min(-TaskFactory.MOST)
        @Max(TaskFactory.MOST)
        @JsonPropertyDescription("Random: the same seed gives the same values. 0 unless given.")
        @Nullable Long seed,
    @Size(min = 1, max = 64)
        @JsonPropertyDescription("How each value is drawn: {0} in repeatTask is the first.")
        List<RandomValue> random,
    @JsonPropertyDescription(
            "TaskPerFile: one task for each object; {url}, {filePath}, {fileName} and {fileNameWithoutExtension} name it.")
        @Nullable FileSource source,
    @Size(min = 1, max = 1000)
        @ValidationRule(value = "self.all(t, has(t.id))", message = "tasks: each needs an id")
        @ValidationRule(
            value = "self.all(t, !has(t.jobId))",
            message = "tasks: jobId is for Task objects; a task of a factory belongs to its job")
        @JsonPropertyDescription("TaskCollection: the tasks as they are; nothing is substituted.")
        List<TaskSpec> tasks,
    @JsonPropertyDescription(
            "What every task is. {0} or {0:4} (with zeros) stands for a value, {{ and }} for braces.")
        @Nullable RepeatTask repeatTask,
    @ValidationRule(
            value = "!has(self.id) && !has(self.jobId)",
            message = "mergeTask: its id is merge, and it belongs to its job")
        @JsonPropertyDescription(
            "A task with the id merge that depends on all others. Nothing is substituted in it.")
        @Nullable TaskSpec mergeTask) {

  /** More than that a factory does not make. */
  public static final int MOST_TASKS = 1_000_000;

  /** Beyond it JSON does not keep every whole number. */
  static final long MOST = 9007199254740991L;

  public TaskFactory {
    parameterSets = parameterSets == null ? List.of() : List.copyOf(parameterSets);
    random = random == null ? List.of() : List.copyOf(random);
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  /** Where tasks come from: the first three are Azure's. */
  public enum Kind {
    @JsonProperty("ParametricSweep")
    PARAMETRIC_SWEEP,
    @JsonProperty("TaskPerFile")
    TASK_PER_FILE,
    @JsonProperty("TaskCollection")
    TASK_COLLECTION,
    @JsonProperty("Product")
    PRODUCT,
    @JsonProperty("Zip")
    ZIP,
    @JsonProperty("Combinations")
    COMBINATIONS,
    @JsonProperty("Permutations")
    PERMUTATIONS,
    @JsonProperty("Random")
    RANDOM,
    @JsonProperty("Repeat")
    REPEAT
  }

  /** Values of one parameter. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value =
          "has(self.values) ? !has(self.start) && !has(self.end) && !has(self.step) : has(self.start) && has(self.end)",
      message = "give start and end, or values")
  @ValidationRule(
      value = "!has(self.step) || self.step != 0",
      message = "step: must not be 0; leave it out for 1")
  @ValidationRule(
      value =
          "!has(self.start) || !has(self.end) || self.start == self.end"
              + " || (self.start < self.end) == (!has(self.step) || self.step > 0)",
      message = "step: leads away from end; downward it is negative")
  public record ParameterSet(
      @Min(-MOST) @Max(MOST) @JsonPropertyDescription("The first value.") @Nullable Long start,
      @Min(-MOST) @Max(MOST) @JsonPropertyDescription("The last value, if the steps reach it.")
          @Nullable Long end,
      @Min(-MOST)
          @Max(MOST)
          @JsonPropertyDescription(
              "From one value to the next; negative to go down. 1 unless given.")
          @Nullable Long step,
      @Size(min = 1, max = 10000) @JsonPropertyDescription("The values one by one, as text.")
          List<@Size(max = 1024) String> values) {

    public ParameterSet {
      values = values == null ? List.of() : List.copyOf(values);
    }
  }

  /** Objects in a bucket, one task each. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "!has(self.autoStorageContainerName) || !has(self.fileGroup)",
      message = "name one of autoStorageContainerName and fileGroup")
  public record FileSource(
      @Size(min = 3, max = 63)
          @JsonPropertyDescription(
              "A bucket of the linked storage; that of the Secret poolwright-storage unless given.")
          @Nullable String autoStorageContainerName,
      @Size(min = 1, max = 58) @JsonPropertyDescription("Azure's name for the bucket fgrp-NAME.")
          @Nullable String fileGroup,
      @Size(max = 1024)
          @JsonPropertyDescription("Only objects whose key begins with this; all unless given.")
          @Nullable String prefix) {

    /** Null for that of the Secret. */
    public @Nullable String bucket() {
      return fileGroup == null ? autoStorageContainerName : "fgrp-" + fileGroup;
    }
  }
}
