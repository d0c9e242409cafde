package io.poolwright.pods;

import io.poolwright.api.ResourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The resource files of a task or start task, as the agent reads them. */
final class ResourceFiles {
  static final String VARIABLE = "POOLWRIGHT_RESOURCE_FILES";

  /** Those that go to all nodes of a multi-instance task, into its directory. */
  static final String COMMON = "POOLWRIGHT_COMMON_FILES";

  private ResourceFiles() {}

  /**
   * @param field where they stand in the object; the agent names it when something is wrong
   */
  static String json(String field, List<ResourceFile> files) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      ResourceFile file = files.get(i);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("field", field + "[" + i + "]");
      put(entry, "storageUrl", file.storageUrl());
      put(entry, "httpUrl", file.httpUrl());
      put(entry, "autoStorageContainerName", file.autoStorageContainerName());
      put(entry, "blobPrefix", file.blobPrefix());
      put(entry, "filePath", file.filePath());
      put(entry, "fileMode", file.fileMode());
      all.add(entry);
    }
    return NodePods.json(all);
  }

  private static void put(Map<String, Object> entry, String name, @Nullable String value) {
    if (value != null) {
      entry.put(name, value);
    }
  }
}
