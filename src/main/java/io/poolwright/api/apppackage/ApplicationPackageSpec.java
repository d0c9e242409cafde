package io.poolwright.api.apppackage;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An application and the versions of it that nodes can have (section 4 of the reference). */
@JsonClassDescription("The versions that pools may refer to.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "!has(self.defaultVersion) || self.versions.exists(v, v.version == self.defaultVersion)",
    message = "defaultVersion must be one of versions")
public record ApplicationPackageSpec(
    @Size(min = 1, max = 63)
        @JsonPropertyDescription("The version that a reference without one means.")
        @Nullable String defaultVersion,
    @Required
        @Size(min = 1, max = 40)
        @ValidationRule(
            value = "self.all(a, self.filter(b, b.version == a.version).size() == 1)",
            message = "versions: each version once")
        @JsonPropertyDescription("The versions.")
        List<Version> versions) {

  public ApplicationPackageSpec {
    versions = versions == null ? List.of() : List.copyOf(versions);
  }

  /** The named version, or the default one for null; empty where there is no such thing. */
  public Optional<Version> version(@Nullable String name) {
    String wanted = name == null ? defaultVersion : name;
    return versions.stream().filter(v -> v.version().equals(wanted)).findFirst();
  }

  /** One archive. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Version(
      @Required
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
          @JsonPropertyDescription("The version's name.")
          String version,
      @Required
          @Size(max = 2048)
          @Pattern("^s3://[^/]*/.+$")
          @JsonPropertyDescription(
              "The archive: s3://bucket/key, or s3:///key for the bucket of the Secret poolwright-storage.")
          String storageUrl,
      @JsonPropertyDescription(
              "Zip, Tar, TarGz or TarZst; told from the key's ending unless given.")
          @Nullable Format format,
      @Pattern("^[0-9a-fA-F]{64}$")
          @JsonPropertyDescription(
              "SHA-256 of the archive in hexadecimal; another archive is refused.")
          @Nullable String sha256) {}

  /** What an archive is. */
  public enum Format {
    @JsonProperty("Zip")
    ZIP,
    @JsonProperty("Tar")
    TAR,
    @JsonProperty("TarGz")
    TAR_GZ,
    @JsonProperty("TarZst")
    TAR_ZST
  }
}
