package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.CSIVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.poolwright.api.pool.MountConfiguration;
import io.poolwright.api.pool.Pool;
import java.util.ArrayList;
import java.util.List;

/** The user's own volumes in the pods of a pool (section 3.9). */
final class Mounts {
  static final String DIRECTORY = PodParts.ROOT + "/fsmounts";

  private Mounts() {}

  static List<Volume> volumes(Pool pool) {
    List<Volume> all = new ArrayList<>();
    for (MountConfiguration mount : pool.getSpec().mountConfiguration()) {
      all.add(volume(name(all.size()), mount));
    }
    return all;
  }

  private static String name(int place) {
    return "mount-" + place;
  }

  private static Volume volume(String name, MountConfiguration mount) {
    VolumeBuilder volume = new VolumeBuilder().withName(name);
    Boolean readOnly = mount.nobodyWrites() ? Boolean.TRUE : null;
    if (mount.persistentVolumeClaim() != null) {
      return volume
          .withNewPersistentVolumeClaim(mount.persistentVolumeClaim().claimName(), readOnly)
          .build();
    }
    if (mount.nfs() != null) {
      return volume.withNewNfs(mount.nfs().path(), readOnly, mount.nfs().server()).build();
    }
    MountConfiguration.Csi csi = mount.csi();
    return csi == null
        ? volume.build()
        : volume
            .withCsi(
                new CSIVolumeSource(
                    csi.driver(),
                    csi.fsType(),
                    csi.nodePublishSecretRef(),
                    readOnly,
                    csi.volumeAttributes()))
            .build();
  }

  /** For the containers that are the user's. */
  static List<VolumeMount> of(Pool pool) {
    List<VolumeMount> all = new ArrayList<>();
    for (MountConfiguration mount : pool.getSpec().mountConfiguration()) {
      all.add(
          PodParts.mount(
              name(all.size()),
              DIRECTORY + "/" + mount.relativeMountPath(),
              null,
              mount.nobodyWrites()));
    }
    return all;
  }
}
