package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What node pods and task pods have in common: security contexts, volumes, environment. */
final class PodParts {
  static final long USER = 65532L;
  static final String ROOT = "/batch";
  static final String RUN = "/poolwright/run";
  static final String BUSYBOX = "/opt/poolwright/busybox";
  static final String SCRIPTS = "/opt/poolwright/bin/";

  private PodParts() {}

  static PodSecurityContext podSecurity(Template template) {
    PodSecurityContext own = template.securityContext();
    if (own == null) {
      return new PodSecurityContextBuilder()
          .withRunAsNonRoot(true)
          .withRunAsUser(USER)
          .withRunAsGroup(USER)
          .withFsGroup(USER)
          .withFsGroupChangePolicy("OnRootMismatch")
          .withSeccompProfile(runtimeDefault())
          .build();
    }
    return new PodSecurityContextBuilder(own)
        .withFsGroup(own.getFsGroup() == null ? Long.valueOf(USER) : own.getFsGroup())
        .withSeccompProfile(
            own.getSeccompProfile() == null ? runtimeDefault() : own.getSeccompProfile())
        .build();
  }

  private static SeccompProfile runtimeDefault() {
    return new SeccompProfile(null, "RuntimeDefault");
  }

  /**
   * For containers that are not the user's choice: always restricted, and in the group that owns
   * the node's directories.
   */
  static SecurityContext ours(Template template) {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(podSecurity(template).getFsGroup())
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .withSeccompProfile(runtimeDefault())
        .build();
  }

  /** For the user's container: restricted unless the pool lets it be root. */
  static @Nullable SecurityContext theirs(Template template) {
    boolean nonRoot =
        template.securityContext() == null
            || Boolean.TRUE.equals(template.securityContext().getRunAsNonRoot());
    return nonRoot
        ? new SecurityContextBuilder()
            .withAllowPrivilegeEscalation(false)
            .withNewCapabilities()
            .addToDrop("ALL")
            .endCapabilities()
            .build()
        : null;
  }

  /** The same where the user says as whom the command runs. */
  static @Nullable SecurityContext theirs(Template template, @Nullable UserIdentity identity) {
    PodSecurityContext own = template.securityContext();
    if (identity == null || own == null) {
      return theirs(template);
    }
    if (identity.elevated()) {
      return new SecurityContextBuilder().withRunAsUser(0L).build();
    }
    boolean mayBeRoot =
        own.getRunAsUser() == null
            ? !Boolean.TRUE.equals(own.getRunAsNonRoot())
            : own.getRunAsUser() == 0;
    return new SecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(mayBeRoot ? Long.valueOf(USER) : own.getRunAsUser())
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .build();
  }

  /** Requests next to nothing: the node pod holds the room. */
  static ResourceRequirements limitedTo(Map<String, Quantity> limits) {
    Map<String, Quantity> requests = new TreeMap<>();
    // Each one that is limited: where a request is absent, Kubernetes takes the limit for it.
    limits.forEach((r, most) -> {
      Quantity least = new Quantity("cpu".equals(r) ? "1m" : "1Mi");
      boolean fits = least.getNumericalAmount().compareTo(most.getNumericalAmount()) <= 0;
      requests.put(r, fits ? least : most);
    });
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  static ResourceRequirements ofStager() {
    return limitedTo(Map.of("cpu", new Quantity("1"), "memory", new Quantity("256Mi")));
  }

  static VolumeMount mount(String volume, String path, @Nullable String subPath, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(path)
        .withSubPath(subPath)
        .withReadOnly(readOnly ? Boolean.TRUE : null)
        .build();
  }

  static Volume run() {
    return new VolumeBuilder().withName("run").withNewEmptyDir().endEmptyDir().build();
  }

  /**
   * Optional, so that its absence is told by the stager in a sentence and not by a pod that hangs.
   */
  static Volume storage() {
    return new VolumeBuilder()
        .withName("storage")
        .withNewSecret()
        .withSecretName(Names.STORAGE_SECRET)
        .withOptional(true)
        .withDefaultMode(0440)
        .endSecret()
        .build();
  }

  /** Later settings win over earlier ones of the same name. */
  @SafeVarargs
  static Map<String, String> merged(List<EnvironmentSetting>... settings) {
    Map<String, String> all = new LinkedHashMap<>();
    for (List<EnvironmentSetting> some : settings) {
      some.forEach(s -> all.put(s.name(), s.value() == null ? "" : s.value()));
    }
    return all;
  }

  /**
   * Kubernetes would expand $(NAME) in a value and make one dollar of two; a user's value is taken
   * as it is.
   */
  static List<EnvVar> env(Map<String, String> values) {
    List<EnvVar> env = new ArrayList<>();
    values.forEach((name, value) -> env.add(new EnvVar(name, value.replace("$", "$$"), null)));
    return env;
  }

  /** The same for arguments. */
  static List<String> verbatim(List<String> words) {
    return words.stream().map(w -> w.replace("$", "$$")).toList();
  }

  /** What a command has to know to reach the others of its pool; nothing where it cannot. */
  static Map<String, String> neighbours(Pool pool) {
    return pool.getSpec().joins()
        ? Map.of(
            "POOLWRIGHT_POOL_DOMAIN",
            Names.domain(pool.getMetadata().getName(), pool.getMetadata().getNamespace()))
        : Map.of();
  }

  /** Where names of the pool are looked for; null where it has none. */
  static @Nullable String subdomain(Pool pool) {
    return pool.getSpec().joins() ? Names.network(pool.getMetadata().getName()) : null;
  }

  static Map<String, String> nodeDirectories() {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("AZ_BATCH_NODE_ROOT_DIR", ROOT);
    env.put("AZ_BATCH_NODE_SHARED_DIR", ROOT + "/shared");
    env.put("AZ_BATCH_NODE_STARTUP_DIR", ROOT + "/startup");
    env.put("AZ_BATCH_NODE_STARTUP_WORKING_DIR", ROOT + "/startup/wd");
    return env;
  }
}
