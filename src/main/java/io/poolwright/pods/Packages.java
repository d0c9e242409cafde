package io.poolwright.pods;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Format;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec.ApplicationPackageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The packages that a pool refers to: what its nodes unpack, and the variables that say where
 * (section 4 of the reference).
 */
final class Packages {
  private Packages() {}

  private static String directory(String id, String version) {
    return PodParts.ROOT + "/applications/" + id + "/" + version;
  }

  /**
   * For the agent. References to what does not exist are left out: the pool makes no node while
   * there is one.
   */
  static List<Map<String, Object>> toUnpack(Pool pool, Map<String, ApplicationPackage> packages) {
    List<Map<String, Object>> all = new ArrayList<>();
    List<ApplicationPackageReference> references = pool.getSpec().applicationPackageReferences();
    for (int i = 0; i < references.size(); i++) {
      ApplicationPackageReference reference = references.get(i);
      ApplicationPackage found = packages.get(reference.applicationId());
      if (found != null) {
        String field = "spec.applicationPackageReferences[" + i + "]";
        found
            .getSpec()
            .version(reference.version())
            .ifPresent(v -> all.add(entry(field, reference.applicationId(), v)));
      }
    }
    return all;
  }

  private static Map<String, Object> entry(String field, String id, Version version) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("field", field);
    entry.put("id", id);
    entry.put("version", version.version());
    entry.put("storageUrl", version.storageUrl());
    if (version.sha256() != null) {
      entry.put("sha256", version.sha256());
    }
    entry.put("format", format(version));
    entry.put("directory", directory(id, version.version()));
    return entry;
  }

  private static String format(Version version) {
    if (version.format() != null) {
      return name(version.format());
    }
    String key = version.storageUrl().toLowerCase(Locale.ROOT);
    if (key.endsWith(".tar.gz") || key.endsWith(".tgz")) {
      return name(Format.TAR_GZ);
    }
    if (key.endsWith(".tar.zst") || key.endsWith(".tzst")) {
      return name(Format.TAR_ZST);
    }
    return name(key.endsWith(".tar") ? Format.TAR : Format.ZIP);
  }

  private static String name(Format format) {
    return switch (format) {
      case ZIP -> "zip";
      case TAR -> "tar";
      case TAR_GZ -> "tar.gz";
      case TAR_ZST -> "tar.zst";
    };
  }

  /**
   * {@code AZ_BATCH_APP_PACKAGE_id} and {@code …_id_version}, each with its upper-case twin
   * (section 15).
   */
  static Map<String, String> variables(Pool pool, Map<String, ApplicationPackage> packages) {
    Map<String, String> env = new LinkedHashMap<>();
    for (ApplicationPackageReference reference : pool.getSpec().applicationPackageReferences()) {
      ApplicationPackage found = packages.get(reference.applicationId());
      if (found == null) {
        continue;
      }
      found
          .getSpec()
          .version(reference.version())
          .ifPresent(v -> {
            String where = directory(reference.applicationId(), v.version());
            if (reference.version() == null) {
              put(env, reference.applicationId(), where);
            }
            put(env, reference.applicationId() + "_" + v.version(), where);
          });
    }
    return env;
  }

  private static void put(Map<String, String> env, String suffix, String where) {
    String name = "AZ_BATCH_APP_PACKAGE_" + suffix.replaceAll("[.#-]", "_");
    env.put(name, where);
    env.put(name.toUpperCase(Locale.ROOT), where);
  }
}
