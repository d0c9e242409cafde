package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.poolwright.api.pool.Mount;
import io.poolwright.api.pool.Mount.Claim;
import io.poolwright.api.pool.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The user's own volumes: in the pods of nodes and tasks, for the user's containers. */
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
      if (volumeOf(mounts, i) == i) {
        volumes.add(volume(mounts, i));
      }
    }
    return volumes;
  }

  /** For the user's containers. */
  static List<VolumeMount> mounts(Pool pool) {
    List<VolumeMount> all = new ArrayList<>();
    List<Mount> mounts = pool.getSpec().mountConfiguration();
    for (int i = 0; i < mounts.size(); i++) {
      String where = DIRECTORY + "/" + mounts.get(i).relativeMountPath();
      all.add(PodParts.mount(name(volumeOf(mounts, i)), where, null, mounts.get(i).onlyRead()));
    }
    return all;
  }

  /**
   * For the node's own container: the kubelet mounts nothing that no container of the pod wants,
   * and a node whose volumes cannot be mounted is not to take tasks.
   */
  static List<VolumeMount> held(Pool pool) {
    return mounts(pool).stream()
        .map(m -> new VolumeMountBuilder(m).withReadOnly(true).build())
        .toList();
  }

  /**
   * The first mount of the same claim. One volume for all of them: of two volumes of a pod that are
   * the same claim the kubelet mounts one, for both.
   */
  private static int volumeOf(List<Mount> mounts, int index) {
    Claim claim = mounts.get(index).persistentVolumeClaim();
    return claim == null
        ? index
        : IntStream.range(0, index)
            .filter(i -> isOf(claim, mounts.get(i)))
            .findFirst()
            .orElse(index);
  }

  private static boolean isOf(Claim claim, Mount mount) {
    return mount.persistentVolumeClaim() != null
        && mount.persistentVolumeClaim().claimName().equals(claim.claimName());
  }

  private static String name(int index) {
    return "mount-" + index;
  }

  private static Volume volume(List<Mount> mounts, int index) {
    Mount mount = mounts.get(index);
    VolumeBuilder volume = new VolumeBuilder().withName(name(index));
    Claim claim = mount.persistentVolumeClaim();
    if (claim != null) {
      boolean onlyRead = mounts.stream().filter(m -> isOf(claim, m)).allMatch(Mount::onlyRead);
      return volume.withNewPersistentVolumeClaim(claim.claimName(), onlyRead ? true : null).build();
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
