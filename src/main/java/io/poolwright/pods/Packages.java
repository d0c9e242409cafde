package io.poolwright.pods;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Format;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packages in pods: what the agent is to unpack, what is mounted, and the variables that say where
 * (section 4 of the reference).
 */
final class Packages {
  /** As much of what says the content as makes another directory of another content. */
  private static final int CONTENT_SHOWN = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is to be unpacked. */
  static final String VARIABLE = "POOLWRIGHT_PACKAGES";

  private Packages() {}

  /**
   * A package as a pod has it.
   *
   * @param directory where its files are
   * @param image to be mounted there; null where it is an archive, unpacked there
   * @param byDefault the reference names no version
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Installed(
      String id, String version, String directory, @Nullable String image, boolean byDefault) {
    static Installed of(PackageUse use) {
      return new Installed(
          use.id(),
          use.version().version(),
          Packages.directory(use),
          use.version().image(),
          use.byDefault());
    }
  }

  /** An image cannot be mounted below what is mounted read-only, as applications is. */
  private static String directory(PackageUse use) {
    String image = use.version().image();
    String root = image == null ? PodParts.ROOT + "/applications/" : "/poolwright/images/";
    String content =
        image != null ? Names.fingerprint(image) : use.digest() == null ? "" : use.digest();
    return root
        + use.id()
        + "/"
        + use.version().version()
        + "-"
        + content.substring(0, Math.min(CONTENT_SHOWN, content.length()));
  }

  static List<Installed> installed(List<PackageUse> uses) {
    return uses.stream().map(Installed::of).toList();
  }

  /** For the mark on a node pod. */
  static String write(List<Installed> all) {
    return NodePods.json(all);
  }

  /** What a node joined with; nothing where the mark was taken off or edited. */
  static List<Installed> read(@Nullable String mark) {
    if (mark == null) {
      return List.of();
    }
    try {
      return List.of(JSON.readValue(mark, Installed[].class));
    } catch (JsonProcessingException edited) {
      return List.of();
    }
  }

  /** For the agent. */
  static List<Map<String, Object>> toUnpack(List<PackageUse> uses) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (PackageUse use : uses) {
      if (use.digest() != null) {
        Map<String, Object> entry = request(use.field(), use.id(), use.version());
        entry.put("digest", use.digest());
        entry.put("directory", directory(use));
        all.add(entry);
      }
    }
    return all;
  }

  /** What is to be fetched, and how it is packed. */
  static Map<String, Object> request(String field, String id, Version version) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("field", field);
    entry.put("id", id);
    entry.put("version", version.version());
    if (version.storageUrl() != null) {
      entry.put("storageUrl", version.storageUrl());
    }
    if (version.httpUrl() != null) {
      entry.put("httpUrl", version.httpUrl());
    }
    entry.put("format", format(version));
    return entry;
  }

  static String format(Version version) {
    if (version.image() != null) {
      return name(Format.OCI_IMAGE);
    }
    if (version.format() != null) {
      return name(version.format());
    }
    String url = version.httpUrl() == null ? "" : version.httpUrl().replaceFirst("[?#].*$", "");
    String key =
        (version.storageUrl() == null ? url : version.storageUrl()).toLowerCase(Locale.ROOT);
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
      case OCI_IMAGE -> "image";
    };
  }

  /** Volumes of those that are images. */
  static List<Volume> volumes(List<Installed> all) {
    Map<String, Volume> volumes = new LinkedHashMap<>();
    for (Installed one : all) {
      if (one.image() != null) {
        volumes.put(volume(one), image(volume(one), one.image()));
      }
    }
    return List.copyOf(volumes.values());
  }

  static Volume image(String name, String reference) {
    return new VolumeBuilder()
        .withName(name)
        .withNewImage()
        .withReference(reference)
        .endImage()
        .build();
  }

  static List<VolumeMount> mounts(List<Installed> all) {
    Map<String, VolumeMount> mounts = new LinkedHashMap<>();
    for (Installed one : all) {
      if (one.image() != null) {
        mounts.put(volume(one), PodParts.mount(volume(one), one.directory(), null, true));
      }
    }
    return List.copyOf(mounts.values());
  }

  private static String volume(Installed one) {
    return "package-" + Names.fingerprint(one.directory() + "\n" + one.image());
  }

  /**
   * {@code AZ_BATCH_APP_PACKAGE_id} and {@code …_id_version}, each with its upper-case twin
   * (section 15).
   */
  static Map<String, String> variables(List<Installed> all) {
    Map<String, String> env = new LinkedHashMap<>();
    for (Installed one : all) {
      if (one.byDefault()) {
        put(env, one.id(), one.directory());
      }
      put(env, one.id() + "_" + one.version(), one.directory());
    }
    return env;
  }

  private static void put(Map<String, String> env, String suffix, String where) {
    String name = "AZ_BATCH_APP_PACKAGE_" + suffix.replaceAll("[.#-]", "_");
    env.put(name, where);
    env.put(name.toUpperCase(Locale.ROOT), where);
  }
}
