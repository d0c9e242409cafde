package io.poolwright.main;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of {@code poolwright files}.
 *
 * @param namespace null for the one that kubectl would take
 * @param path within the task's directory; empty for {@code ls}
 */
record FilesRequest(
    Verb verb, String job, String task, String path, @Nullable String namespace, boolean follow) {

  /** What is to be done with the files. */
  enum Verb {
    LS,
    GET,
    TAIL
  }

  /** Null where it cannot be understood. */
  static @Nullable FilesRequest of(List<String> arguments) {
    Verb verb =
        Arrays.stream(Verb.values())
            .filter(v -> v.name().toLowerCase(Locale.ROOT).equals(arguments.getFirst()))
            .findFirst()
            .orElse(null);
    int words = verb == Verb.LS ? 3 : 4;
    if (verb == null || arguments.size() < words) {
      return null;
    }
    List<String> plain = arguments.subList(0, words);
    List<String> rest = new ArrayList<>(arguments.subList(words, arguments.size()));
    boolean follow = verb == Verb.TAIL && rest.remove("--follow");
    Map<String, String> options = CommandLineTool.given(rest, Set.of("--namespace"));
    if (options == null || plain.stream().anyMatch(w -> w.startsWith("--") || w.isEmpty())) {
      return null;
    }
    String path = verb == Verb.LS ? "" : plain.getLast();
    return new FilesRequest(
        verb, plain.get(1), plain.get(2), path, options.get("--namespace"), follow);
  }

  /** What is wrong with it, as a sentence; null where nothing is. */
  @Nullable String complaint() {
    boolean leaves = path.startsWith("/") || List.of(path.split("/")).contains("..");
    return leaves
        ? "PATH "
            + path
            + " is not one within the task's directory: it is relative to that, as ls prints it"
        : null;
  }
}
