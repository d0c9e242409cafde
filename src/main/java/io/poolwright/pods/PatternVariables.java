package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables that a pattern of output files names. Its uploader gets those and no others of the
 * command's: what runs beside the storage's keys is nothing that a task may change.
 */
final class PatternVariables {
  private static final Pattern NAMED =
      Pattern.compile(
          "\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$([A-Za-z_][A-Za-z0-9_]*)|%([A-Za-z_][A-Za-z0-9_]*)%");

  private PatternVariables() {}

  /**
   * @param command the environment of the command, in the writing of a pod
   */
  static Map<String, String> of(String filePattern, List<EnvVar> command) {
    Map<String, String> variables = new TreeMap<>();
    Matcher named = NAMED.matcher(filePattern);
    while (named.find()) {
      String name =
          named.group(1) != null
              ? named.group(1)
              : named.group(2) != null ? named.group(2) : named.group(3);
      command.stream()
          .filter(e -> e.getName().equals(name) && e.getValue() != null)
          .filter(e -> !name.startsWith("POOLWRIGHT_"))
          .forEach(e -> variables.put(name, e.getValue().replace("$$", "$")));
    }
    return variables;
  }
}
