package io.poolwright.api.apppackage;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An application and the versions of it that nodes can have (section 4 of the reference). */
@JsonClassDescription("The versions that pools and tasks may refer to.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "!has(self.defaultVersion) || self.versions.exists(v, v.version == self.defaultVersion)",
    message = "defaultVersion must be one of versions")
@ValidationRule(
    value =
        "oldSelf.?allowUpdates.orValue(true) || oldSelf.versions.all(o, self.versions.exists(v, v == o))",
    message =
        "allowUpdates is false: versions that exist cannot be changed or removed, only added; set allowUpdates to true first, in a change of its own")
public record ApplicationPackageSpec(
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription("The version that a reference without one means.")
        @Nullable String defaultVersion,
    @Default("true")
        @JsonPropertyDescription(
            "Whether versions that exist may be changed and removed. Where it is false they can only be added.")
        @Nullable Boolean allowUpdates,
    @Required
        @Size(min = 1, max = 40)
        @ValidationRule(
            value =
                "self.all(a, self.filter(b, b.version.lowerAscii() == a.version.lowerAscii()).size() == 1)",
            message = "versions: each version once, whatever its case")
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

  public boolean mayChange() {
    return allowUpdates == null || allowUpdates;
  }

  /** One archive, or one image. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value =
          "(has(self.storageUrl) ? 1 : 0) + (has(self.httpUrl) ? 1 : 0) + (has(self.image) ? 1 : 0) == 1",
      message = "name exactly one source: storageUrl, httpUrl or image")
  @ValidationRule(
      value = "!has(self.format) || has(self.image) == (self.format.lowerAscii() == 'ociimage')",
      message = "format OciImage goes with image, the others with storageUrl and httpUrl")
  @ValidationRule(
      value = "!has(self.sha256) || !has(self.image)",
      message = "sha256 goes with an archive; an image is pinned by its name: image@sha256:…")
  public record Version(
      @Required
          @Size(min = 1, max = 63)
          @Pattern("^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
          @JsonPropertyDescription("The version's name.")
          String version,
      @Size(max = 2048)
          @Pattern("^s3://[^/]*/.+$")
          @JsonPropertyDescription(
              "The archive: s3://bucket/key, or s3:///key for the bucket of the Secret poolwright-storage.")
          @Nullable String storageUrl,
      @Size(max = 4096)
          @Pattern("^https?://.+$")
          @JsonPropertyDescription(
              "The archive: an address to fetch by GET, for example a presigned one.")
          @Nullable String httpUrl,
      @Size(max = 1024)
          @Pattern("^[a-zA-Z0-9][a-zA-Z0-9./:@_-]*$")
          @JsonPropertyDescription(
              "An image whose files are the package, mounted and not unpacked. Needs Kubernetes 1.33 with the feature ImageVolume, or 1.35, and a container runtime that mounts images.")
          @Nullable String image,
      @JsonPropertyDescription(
              "Zip, Tar, TarGz or TarZst, told from the ending of the key or path unless given; OciImage for an image.")
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
    TAR_ZST,
    @JsonProperty("OciImage")
    OCI_IMAGE
  }
}
