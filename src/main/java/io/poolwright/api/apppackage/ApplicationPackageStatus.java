package io.poolwright.api.apppackage;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.poolwright.api.Condition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a package. */
@JsonClassDescription("What was found when the versions were looked at.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ApplicationPackageStatus(
    @Nullable Long observedGeneration,
    @JsonPropertyDescription("One entry for each version of the spec.")
        List<VersionStatus> versions,
    List<Condition> conditions) {

  public static final ApplicationPackageStatus NEW =
      new ApplicationPackageStatus(null, List.of(), List.of());

  public ApplicationPackageStatus {
    versions = versions == null ? List.of() : List.copyOf(versions);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  public Optional<VersionStatus> version(String name) {
    return versions.stream().filter(v -> v.version().equals(name)).findFirst();
  }

  /** What is known of one version. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record VersionStatus(
      @Required @JsonPropertyDescription("The version's name.") String version,
      @Required
          @JsonPropertyDescription(
              "Pending: being looked at, or not there yet. Active: pools and tasks may use it. Failed: not before the spec changes.")
          State state,
      @JsonPropertyDescription("Why it is not Active: a code.") @Nullable String reason,
      @JsonPropertyDescription("The same in a sentence.") @Nullable String message,
      @JsonPropertyDescription("Size of the archive.") @Nullable Long sizeBytes,
      @JsonPropertyDescription("How many files, directories and links are in it.")
          @Nullable Long entries,
      @JsonPropertyDescription("Size of what is in it.") @Nullable Long unpackedBytes,
      @JsonPropertyDescription(
              "SHA-256 of the archive that was looked at. Nodes take no other for this version.")
          @Nullable String digest,
      @JsonPropertyDescription("When it became Active.") @Nullable String lastActivationTime,
      @JsonPropertyDescription("What of the spec was looked at; another is looked at anew.")
          @Nullable String source,
      @JsonPropertyDescription("The annotation poolwright.io/check that was looked at.")
          @Nullable String checkRequest,
      @JsonPropertyDescription("Looks that found no answer, one after the other.")
          @Nullable Integer failures,
      @JsonPropertyDescription("When the next look is.") @Nullable String nextCheckTime) {

    public int failuresOrZero() {
      return failures == null ? 0 : failures;
    }
  }

  /** As in section 4 of the reference, and Failed. */
  public enum State {
    @JsonProperty("Pending")
    PENDING,
    @JsonProperty("Active")
    ACTIVE,
    @JsonProperty("Failed")
    FAILED
  }
}
