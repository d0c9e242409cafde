package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
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
          @Nullable String path,
      @JsonPropertyDescription(
              "Lays the files out as Azure's Batch File Conventions: path is below job-JOB/TASK/$TaskOutput/, or what the kind is; below job-JOB/$JobOutput/ for those of the job. A bucket that is named job-JOB is the job's own, and begins with the rest.")
          @Nullable OutputKind fileConventions,
      @Size(max = 16)
          @JsonPropertyDescription(
              "Headers that each object is stored with, for example its Content-Type. Of two with one name the last counts.")
          List<UploadHeader> uploadHeaders) {

    public Container {
      uploadHeaders = uploadHeaders == null ? List.of() : List.copyOf(uploadHeaders);
    }
  }

  /** Said of an object to the store. Others than these are refused. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record UploadHeader(
      @Required
          @Size(min = 1, max = 128)
          @Pattern(UploadHeader.NAMES)
          @JsonPropertyDescription(
              "Content-Type, Content-Encoding, Content-Disposition, Content-Language, Cache-Control, Expires, x-amz-storage-class, and x-amz-meta-… for what else is to be said of an object.")
          String name,
      @Size(max = 2048)
          @Pattern(UploadHeader.VALUES)
          @JsonPropertyDescription("Printable ASCII. Without a value the header is not sent.")
          @Nullable String value) {
    /** What describes an object. What signs a request, measures it or carries a key is not here. */
    public static final String NAMES =
        "^(?i)(content-(type|encoding|disposition|language)|cache-control|expires|x-amz-(meta-[a-z0-9-]+|storage-class))$";

    /** Nothing that ends a line, and no blank at either end. */
    public static final String VALUES = "^([!-~]([ -~]*[!-~])?)?$";

    public static final String OTHER_VALUE =
        "may hold printable ASCII only, without blanks at its ends; encode the rest";
  }

  /** When the files go. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record UploadOptions(
      @JsonPropertyDescription(
              "TaskSuccess (exit code 0), TaskFailure (any other), TaskCompletion (always, the default).")
          @Nullable UploadCondition uploadCondition) {}
}
