package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.ResourceFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several nodes for one task, at once (section 9 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MultiInstanceSettings(
    @Min(1)
        @Max(MultiInstanceSettings.MOST)
        @JsonPropertyDescription("How many nodes the task has, all at once. 1 unless given.")
        @Nullable Integer numberOfInstances,
    @Required
        @Size(min = 1, max = 32768)
        @JsonPropertyDescription(
            "Runs on every node before the task's command, which runs on the first only. It has to return; what it starts in the background lives until the task ends.")
        String coordinationCommandLine,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Files brought to every node, into AZ_BATCH_TASK_SHARED_DIR. resourceFiles of the task go to the first node only.")
        List<ResourceFile> commonResourceFiles) {

  /** As many subtasks as Azure's service has at most. */
  static final int MOST = 150;

  public MultiInstanceSettings {
    commonResourceFiles =
        commonResourceFiles == null ? List.of() : List.copyOf(commonResourceFiles);
  }

  public int instances() {
    return numberOfInstances == null ? 1 : numberOfInstances;
  }
}
