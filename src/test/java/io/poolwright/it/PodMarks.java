package io.poolwright.it;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.pods.Names;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a scheduler and a kubelet read from a pod to know what it is. */
final class PodMarks {
  private PodMarks() {}

  /** A task pod names its machine; node pods get one each. */
  static String machine(Pod pod) {
    boolean pinned =
        pod.getSpec().getAffinity() != null
            && pod.getSpec().getAffinity().getNodeAffinity() != null;
    return pinned
        ? pod.getSpec()
            .getAffinity()
            .getNodeAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution()
            .getNodeSelectorTerms()
            .getFirst()
            .getMatchFields()
            .getFirst()
            .getValues()
            .getFirst()
        : "machine-of-" + pod.getMetadata().getName();
  }

  static boolean runsCommand(Pod pod) {
    String role = label(pod, Names.ROLE);
    return Names.ROLE_TASK.equals(role) || Names.ROLE_SPECIAL.equals(role);
  }

  /** What the pod is for: a task, or what a job does on a node. */
  static String subject(Pod pod) {
    String special = label(pod, Names.SPECIAL);
    if (special != null) {
      return ownerName(pod) + "/" + special + "/" + label(pod, Names.NODE);
    }
    // A task of a factory has no object: its pod is its job's.
    String index = label(pod, Names.INDEX);
    String name = index == null ? ownerName(pod) : ownerName(pod) + "-" + index;
    String subtask = label(pod, Names.SUBTASK);
    return subtask == null || subtask.startsWith("0-")
        ? name
        : name + "/" + subtask.replaceAll("-.*", "");
  }

  static String ownerName(Pod pod) {
    return pod.getMetadata().getOwnerReferences().getFirst().getName();
  }

  static @Nullable String label(Pod pod, String key) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    return labels == null ? null : labels.get(key);
  }
}
