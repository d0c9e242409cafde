package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import java.util.List;

/**
 * What a task has that calls the API server: a token of its job's own ServiceAccount, which the
 * kubelet renews, and which ends with the pod. RBAC cannot say that the account creates Tasks of
 * this job only; the ValidatingAdmissionPolicy of the chart does, by the account's name.
 */
public final class JobToken {
  /** Where client libraries look for it. */
  static final String PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** As short as the API server grants. */
  private static final long SECONDS = 3600;

  private static final String VOLUME = "token";

  private JobToken() {}

  public static boolean has(Task task) {
    return task.getSpec().authenticationTokenSettings() != null;
  }

  /** ServiceAccount, Role and RoleBinding, in the order in which they are to be made. */
  public static List<HasMetadata> objects(Job job) {
    ObjectMeta meta = meta(job);
    String name = meta.getName();
    return List.of(
        new ServiceAccountBuilder()
            .withMetadata(meta)
            .withAutomountServiceAccountToken(false)
            .build(),
        new RoleBuilder()
            .withMetadata(meta)
            .addNewRule()
            .withApiGroups("poolwright.io")
            .withResources("jobs")
            .withResourceNames(job.getMetadata().getName())
            .withVerbs("get", "list", "watch", "patch")
            .endRule()
            .addNewRule()
            .withApiGroups("poolwright.io")
            .withResources("tasks")
            .withVerbs("create")
            .endRule()
            .build(),
        new RoleBindingBuilder()
            .withMetadata(meta)
            .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
            .addNewSubject()
            .withKind("ServiceAccount")
            .withName(name)
            .withNamespace(meta.getNamespace())
            .endSubject()
            .build());
  }

  private static ObjectMeta meta(Job job) {
    return new ObjectMetaBuilder()
        .withName(Names.account(job.getMetadata().getName()))
        .withNamespace(job.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "poolwright")
        .addToLabels(Names.JOB, Names.label(job.getMetadata().getName()))
        .withOwnerReferences(Owners.by(job))
        .build();
  }

  /** The pod with the token in the container of the user's command, and in no other. */
  static Pod in(Pod pod, Job job) {
    return new PodBuilder(pod)
        .editSpec()
        .withServiceAccountName(Names.account(job.getMetadata().getName()))
        .addToVolumes(volume())
        .editMatchingContainer(c -> "task".equals(c.getName()))
        .addNewEnv()
        .withName("AZ_BATCH_ACCOUNT_URL")
        .withValue("https://kubernetes.default.svc")
        .endEnv()
        .addNewEnv()
        .withName("POOLWRIGHT_JOB_UID")
        .withValue(job.getMetadata().getUid())
        .endEnv()
        .addNewEnv()
        .withName("POOLWRIGHT_TOKEN_FILE")
        .withValue(PATH + "/token")
        .endEnv()
        .addToVolumeMounts(PodParts.mount(VOLUME, PATH, null, true))
        .endContainer()
        .endSpec()
        .build();
  }

  private static Volume volume() {
    return new VolumeBuilder()
        .withName(VOLUME)
        .withNewProjected()
        .addNewSource()
        .withNewServiceAccountToken()
        .withExpirationSeconds(SECONDS)
        .withPath("token")
        .endServiceAccountToken()
        .endSource()
        .addNewSource()
        .withNewConfigMap()
        .withName("kube-root-ca.crt")
        .addNewItem()
        .withKey("ca.crt")
        .withPath("ca.crt")
        .endItem()
        .endConfigMap()
        .endSource()
        .addNewSource()
        .withNewDownwardAPI()
        .addNewItem()
        .withPath("namespace")
        .withNewFieldRef("v1", "metadata.namespace")
        .endItem()
        .endDownwardAPI()
        .endSource()
        .endProjected()
        .build();
  }
}
