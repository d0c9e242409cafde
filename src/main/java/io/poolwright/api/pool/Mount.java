package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A volume of the user's own on every node (section 3.9 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "(has(self.persistentVolumeClaim) ? 1 : 0) + (has(self.nfs) ? 1 : 0) + (has(self.csi) ? 1 : 0) == 1",
    message = "give exactly one of persistentVolumeClaim, nfs and csi")
@ValidationRule(
    value =
        "self.relativeMountPath.matches('^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$')",
    message =
        "relativeMountPath: give a relative path of letters, digits, '.', '_' and '-', without '..', for example data/in")
public record Mount(
    @Required
        @Size(min = 1, max = 128)
        @JsonPropertyDescription("Where it is, below AZ_BATCH_NODE_MOUNTS_DIR.")
        String relativeMountPath,
    @JsonPropertyDescription(
            "A claim of this namespace. Where nodes are on several machines it must be ReadWriteMany or ReadOnlyMany.")
        @Nullable Claim persistentVolumeClaim,
    @JsonPropertyDescription(
            "A directory of an NFS server. The Pod Security levels baseline and restricted forbid it; use a claim there.")
        @Nullable Nfs nfs,
    @JsonPropertyDescription("A volume that a CSI driver makes for each pod.") @Nullable Csi csi) {

  /** A PersistentVolumeClaim. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Claim(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Its name.") String claimName,
      @JsonPropertyDescription("Whether nothing may be written.") @Nullable Boolean readOnly) {}

  /** A directory of an NFS server. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "self.path.startsWith('/')",
      message = "nfs.path: give an absolute path, as the server exports it")
  public record Nfs(
      @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Host name or address.")
          String server,
      @Required @Size(min = 1, max = 1024) @JsonPropertyDescription("What the server exports.")
          String path,
      @JsonPropertyDescription("Whether nothing may be written.") @Nullable Boolean readOnly) {}

  /** An inline volume of a CSI driver. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Csi(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the driver.")
          String driver,
      @Size(max = 63) @JsonPropertyDescription("File system; the driver's choice unless given.")
          @Nullable String fsType,
      @JsonPropertyDescription("Whether nothing may be written.") @Nullable Boolean readOnly,
      @JsonPropertyDescription("What the driver wants to know.")
          Map<String, String> volumeAttributes,
      @JsonPropertyDescription("A Secret for the driver.")
          @Nullable LocalObjectReference nodePublishSecretRef) {
    public Csi {
      volumeAttributes =
          volumeAttributes == null
              ? Map.of()
              : Collections.unmodifiableMap(new LinkedHashMap<>(volumeAttributes));
    }
  }

  /** Whether nothing may be written to it, whatever it is. */
  public boolean onlyRead() {
    return (persistentVolumeClaim != null && Boolean.TRUE.equals(persistentVolumeClaim.readOnly()))
        || (nfs != null && Boolean.TRUE.equals(nfs.readOnly()))
        || (csi != null && Boolean.TRUE.equals(csi.readOnly()));
  }
}
