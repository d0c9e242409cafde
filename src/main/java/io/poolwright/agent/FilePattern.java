package io.poolwright.agent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of files inside a task's directory, by Azure's rules: {@code *} and {@code ?} within a
 * name, {@code **} for any directories, {@code [abc]}, {@code [a-c]}, {@code [!abc]}; brackets
 * around one character escape it; a name that begins with a dot must be spelled so; environment
 * variables are expanded first.
 *
 * @param directory the names, below the task's directory, of the directory that the pattern begins
 *     in; without wildcards
 * @param segments what follows it; the last one names the files
 * @param wildcard whether the pattern can match more than one file
 */
record FilePattern(List<String> directory, List<Segment> segments, boolean wildcard) {
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$([A-Za-z_][A-Za-z0-9_]*)|%([A-Za-z_][A-Za-z0-9_]*)%");

  /** One name between slashes. */
  sealed interface Segment {
    /** {@code **}: any number of directories, none as well. */
    record AnyDirectories() implements Segment {}

    record Literal(String name) implements Segment {}

    record Wild(Pattern regex, boolean spellsDot) implements Segment {
      boolean matches(String name) {
        return (spellsDot || !name.startsWith(".")) && regex.matcher(name).matches();
      }
    }
  }

  /**
   * Reads a pattern.
   *
   * @param taskDirectory the absolute path of the task's directory
   * @param workingDirectory the absolute path that relative patterns begin at, inside the task's
   *     directory
   * @throws IllegalArgumentException with a sentence for the user
   */
  static FilePattern parse(
      String text, Map<String, String> environment, String taskDirectory, String workingDirectory) {
    String expanded = expand(text, environment);
    if (expanded.isBlank()) {
      throw new IllegalArgumentException(
          "The file pattern is empty; give for example **/*.txt or ../std*.txt.");
    }
    List<String> root = names(taskDirectory);
    List<Segment> path = new ArrayList<>();
    List<String> wanted = names(expanded);
    if (expanded.startsWith("/")) {
      if (wanted.size() <= root.size() || !wanted.subList(0, root.size()).equals(root)) {
        throw outside(text);
      }
      wanted = wanted.subList(root.size(), wanted.size());
    } else {
      List<String> working = names(workingDirectory);
      for (String name : working.subList(root.size(), working.size())) {
        path.add(new Segment.Literal(name));
      }
    }
    for (String name : wanted) {
      if (name.equals("..")) {
        if (path.isEmpty()) {
          throw outside(text);
        }
        if (!(path.getLast() instanceof Segment.Literal)) {
          throw new IllegalArgumentException(
              "The file pattern \""
                  + text
                  + "\" has \"..\" after a wildcard; write the path without it.");
        }
        path.removeLast();
      } else if (!name.equals(".")) {
        path.add(segment(name, text));
      }
    }
    if (path.isEmpty() || wanted.getLast().equals(".") || wanted.getLast().equals("..")) {
      throw new IllegalArgumentException(
          "The file pattern \""
              + text
              + "\" names a directory; write "
              + text
              + "/** for all files in it.");
    }
    if (path.getLast() instanceof Segment.AnyDirectories) {
      path.add(segment("*", text));
    }
    return split(path);
  }

  private static IllegalArgumentException outside(String text) {
    return new IllegalArgumentException(
        "The file pattern \""
            + text
            + "\" leaves the task's directory; only files below AZ_BATCH_TASK_DIR can be uploaded.");
  }

  private static FilePattern split(List<Segment> path) {
    List<String> directory = new ArrayList<>();
    int at = 0;
    while (at < path.size() - 1 && path.get(at) instanceof Segment.Literal literal) {
      directory.add(literal.name());
      at++;
    }
    List<Segment> rest = List.copyOf(path.subList(at, path.size()));
    boolean wildcard = rest.stream().anyMatch(segment -> !(segment instanceof Segment.Literal));
    return new FilePattern(Collections.unmodifiableList(directory), rest, wildcard);
  }

  /** A name that is no variable stays as it is: a dollar is a legal letter of a file name. */
  static String expand(String text, Map<String, String> environment) {
    Matcher matcher = VARIABLE.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      String name =
          matcher.group(1) != null
              ? matcher.group(1)
              : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      String value = environment.get(name);
      matcher.appendReplacement(
          result, Matcher.quoteReplacement(value == null ? matcher.group() : value));
    }
    return matcher.appendTail(result).toString();
  }

  private static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  private static Segment segment(String text, String whole) {
    if (text.equals("**")) {
      return new Segment.AnyDirectories();
    }
    StringBuilder regex = new StringBuilder();
    StringBuilder literal = new StringBuilder();
    boolean wild = false;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int close = c == '[' ? close(text, at) : -1;
      if (c == '*') {
        regex.append(".*");
        wild = true;
        at++;
      } else if (c == '?') {
        // One character is one code point, whatever Java makes of it.
        regex.append('.');
        wild = true;
        at++;
      } else if (close > 0) {
        String inside = text.substring(at + 1, close);
        if (inside.codePointCount(0, inside.length()) == 1 && !inside.equals("!")) {
          regex.append(Pattern.quote(inside));
          literal.append(inside);
        } else {
          regex.append(bracket(inside, whole));
          wild = true;
        }
        at = close + 1;
      } else {
        regex.append(Pattern.quote(String.valueOf(Character.toChars(text.codePointAt(at)))));
        literal.appendCodePoint(text.codePointAt(at));
        at += Character.charCount(text.codePointAt(at));
      }
    }
    if (!wild) {
      return new Segment.Literal(literal.toString());
    }
    return new Segment.Wild(
        Pattern.compile(regex.toString(), Pattern.DOTALL), text.startsWith("."));
  }

  /**
   * Where the bracket ends; a bracket directly after the opening one (or after the exclamation
   * mark) is an ordinary character.
   */
  private static int close(String text, int open) {
    int from = open + 1;
    if (from < text.length() && text.charAt(from) == '!') {
      from++;
    }
    return text.indexOf(']', from + 1);
  }

  private static String bracket(String inside, String whole) {
    boolean not = inside.startsWith("!");
    int[] points = (not ? inside.substring(1) : inside).codePoints().toArray();
    StringBuilder regex = new StringBuilder(not ? "[^" : "[");
    int at = 0;
    while (at < points.length) {
      if (at + 2 < points.length && points[at + 1] == '-') {
        if (points[at] > points[at + 2]) {
          throw new IllegalArgumentException(
              "The file pattern \"" + whole + "\" has a range in brackets that runs backwards.");
        }
        regex.append(hex(points[at])).append('-').append(hex(points[at + 2]));
        at += 3;
      } else {
        regex.append(hex(points[at]));
        at++;
      }
    }
    return regex.append(']').toString();
  }

  private static String hex(int point) {
    return "\\x{" + Integer.toHexString(point) + "}";
  }
}
