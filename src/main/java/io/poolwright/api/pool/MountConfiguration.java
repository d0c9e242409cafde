package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A volume of the user's own that start task and tasks see (section 3.9). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "(has(self.persistentVolumeClaim) ? 1 : 0) + (has(self.nfs) ? 1 : 0) + (has(self.csi) ? 1 : 0) == 1",
    message = "name exactly one volume: persistentVolumeClaim, nfs or csi")
public record MountConfiguration(
    @Required
        @Size(min = 1, max = 255)
        @Pattern("^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")
        @JsonPropertyDescription(
            "Where it is mounted, below AZ_BATCH_NODE_MOUNTS_DIR; for example data/in.")
        String relativeMountPath,
    @JsonPropertyDescription("Whether nobody may write to it; false unless given.")
        @Nullable Boolean readOnly,
    @JsonPropertyDescription(
            "A claim in the same namespace; for nodes on several machines its access mode has to be ReadWriteMany or ReadOnlyMany.")
        @Nullable Claim persistentVolumeClaim,
    @JsonPropertyDescription(
            "An NFS export. Restricted and baseline Pod Security forbid it; a claim to a PersistentVolume of the export is allowed, and can have mount options.")
        @Nullable Nfs nfs,
    @JsonPropertyDescription(
            "A volume that a CSI driver makes for each pod, for example of a bucket.")
        @Nullable Csi csi) {

  public boolean nobodyWrites() {
    return Boolean.TRUE.equals(readOnly);
  }

  /** A PersistentVolumeClaim. */
  public record Claim(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Its name.") String claimName) {}

  /** An NFS export. */
  public record Nfs(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name or address of the server.")
          String server,
      @Required
          @Size(min = 1, max = 1024)
          @Pattern("^/.*$")
          @JsonPropertyDescription("The path that the server exports.")
          String path) {}

  /** A CSI volume that lives and dies with its pod. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Csi(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the driver.")
          String driver,
      @Size(max = 63) @JsonPropertyDescription("File system; the driver's default unless given.")
          @Nullable String fsType,
      @Size(max = 64) @JsonPropertyDescription("What the driver asks for.")
          Map<String, String> volumeAttributes,
      @JsonPropertyDescription("A Secret in the namespace that the driver is given.")
          @Nullable LocalObjectReference nodePublishSecretRef) {

    public Csi {
      volumeAttributes = volumeAttributes == null ? Map.of() : Map.copyOf(volumeAttributes);
    }
  }
}
