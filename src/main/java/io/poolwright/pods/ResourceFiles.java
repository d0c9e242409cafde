package io.poolwright.pods;

import io.poolwright.api.ResourceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resource files as the agent is told of them. */
final class ResourceFiles {
  private ResourceFiles() {}

  /**
   * @param field where the user wrote them, for what the agent says of one
   */
  static List<Map<String, Object>> toStage(List<ResourceFile> files, String field) {
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
    return all;
  }

  static void put(Map<String, Object> entry, String name, @Nullable String value) {
    if (value != null) {
      entry.put(name, value);
    }
  }
}
