package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.poolwright.api.pool.Mount;
import io.poolwright.api.pool.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The user's own volumes: in the pods of nodes and tasks, and there in the user's containers alone.
 */
final class Mounts {
  private static final String DIRECTORY = PodParts.ROOT + "/fsmounts";

  private Mounts() {}

  /** As in Azure, only where there is something in the directory. */
  static Map<String, String> variables(Pool pool) {
    return pool.getSpec().mountConfiguration().isEmpty()
        ? Map.of()
        : Map.of("AZ_BATCH_NODE_MOUNTS_DIR", DIRECTORY);
  }

  static List<Volume> volumes(Pool pool) {
    List<Volume> volumes = new ArrayList<>();
    List<Mount> mounts = pool.getSpec().mountConfiguration();
    for (int i = 0; i < mounts.size(); i++) {
      volumes.add(volume(name(i), mounts.get(i)));
    }
    return volumes;
  }

  static List<VolumeMount> mounts(Pool pool) {
    List<VolumeMount> all = new ArrayList<>();
    List<Mount> mounts = pool.getSpec().mountConfiguration();
    for (int i = 0; i < mounts.size(); i++) {
      Mount mount = mounts.get(i);
      String where = DIRECTORY + "/" + mount.relativeMountPath();
      all.add(PodParts.mount(name(i), where, null, mount.onlyRead()));
    }
    return all;
  }

  private static String name(int index) {
    return "mount-" + index;
  }

  private static Volume volume(String name, Mount mount) {
    VolumeBuilder volume = new VolumeBuilder().withName(name);
    if (mount.persistentVolumeClaim() != null) {
      return volume
          .withNewPersistentVolumeClaim(
              mount.persistentVolumeClaim().claimName(), mount.onlyRead() ? true : null)
          .build();
    }
    if (mount.nfs() != null) {
      return volume
          .withNewNfs(mount.nfs().path(), mount.onlyRead() ? true : null, mount.nfs().server())
          .build();
    }
    Mount.Csi csi = Objects.requireNonNull(mount.csi(), "the schema asks for one");
    return volume
        .withNewCsi()
        .withDriver(csi.driver())
        .withFsType(csi.fsType())
        .withReadOnly(mount.onlyRead() ? true : null)
        .withVolumeAttributes(csi.volumeAttributes())
        .withNodePublishSecretRef(csi.nodePublishSecretRef())
        .endCsi()
        .build();
  }
}
