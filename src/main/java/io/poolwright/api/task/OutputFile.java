package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Files that go back to object storage when the command has ended. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record OutputFile(
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "Pattern relative to the working directory: * ? [abc] within a name, ** over directories.")
        String filePattern,
    @Required Destination destination,
    @Nullable UploadOptions uploadOptions) {

  /** Where the files go. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Destination(@Required Container container) {}

  /** A bucket and a place in it. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "!has(self.path) || !self.path.startsWith('/')",
      message = "path must not begin with '/'")
  public record Container(
      @Size(min = 3, max = 63)
          @JsonPropertyDescription("Bucket; that of the Secret poolwright-storage unless given.")
          @Nullable String bucket,
      @Size(max = 1024)
          @JsonPropertyDescription(
              "Without a wildcard in the pattern the object's key; with one, what is put before each file's relative path.")
          @Nullable String path) {}

  /** When the files go. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record UploadOptions(
      @JsonPropertyDescription(
              "TaskSuccess (exit code 0), TaskFailure (any other), TaskCompletion (always, the default).")
          @Nullable UploadCondition uploadCondition) {}
}
