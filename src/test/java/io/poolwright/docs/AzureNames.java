package io.poolwright.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that Azure Batch has a name for, by section: src/test/resources/azure-batch-names.txt. */
record AzureNames(Map<String, List<String>> sections) {

  static AzureNames read(String text) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith("[")) {
        current = new ArrayList<>();
        sections.put(line.substring(1, line.length() - 1), current);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        current.add(line);
      }
    }
    sections.replaceAll((section, names) -> ParityPage.whole(names));
    return new AzureNames(sections);
  }
}
