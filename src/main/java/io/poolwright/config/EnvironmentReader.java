package io.poolwright.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads values one by one and remembers what was wrong, so that a person mends everything at once.
 * Where a value is wrong a stand-in is returned, which nobody ever sees.
 */
final class EnvironmentReader {
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern IMAGE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)*"
              + "(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@[a-z0-9]+:[0-9a-f]{32,})?");
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  private final Map<String, String> env;
  private final List<String> problems = new ArrayList<>();

  EnvironmentReader(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  String image(ConfigKey key) {
    return matching(key, IMAGE);
  }

  String namespace(ConfigKey key) {
    return matching(key, NAMESPACE);
  }

  Set<String> namespaces(ConfigKey key) {
    String text = text(key);
    Set<String> names = new TreeSet<>();
    if (text == null || text.isEmpty()) {
      return names;
    }
    for (String part : text.split(",", -1)) {
      String name = part.strip();
      if (!NAMESPACE.matcher(name).matches()) {
        wrong(key, text);
        return Set.of();
      }
      names.add(name);
    }
    return names;
  }

  boolean bool(ConfigKey key) {
    String text = text(key);
    if (text == null) {
      return false;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> {
        wrong(key, text);
        yield false;
      }
    };
  }

  int port(ConfigKey key) {
    String text = text(key);
    if (text == null) {
      return 0;
    }
    int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      wrong(key, text);
    }
    return port;
  }

  Duration duration(ConfigKey key, Duration least, Duration most) {
    String text = text(key);
    if (text == null) {
      return least;
    }
    Duration duration = parseDuration(text);
    if (duration == null || duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      wrong(key, text);
      return least;
    }
    return duration;
  }

  <E extends Enum<E>> E choice(ConfigKey key, E standIn) {
    String text = text(key);
    if (text == null) {
      return standIn;
    }
    for (E constant : standIn.getDeclaringClass().getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    wrong(key, text);
    return standIn;
  }

  private String matching(ConfigKey key, Pattern pattern) {
    String text = text(key);
    if (text == null) {
      return "";
    }
    if (!pattern.matcher(text).matches()) {
      wrong(key, text);
    }
    return text;
  }

  /** A blank value counts as absent: templates easily render an empty string. */
  private @Nullable String text(ConfigKey key) {
    String given = env.get(key.variable());
    if (given != null && !given.isBlank()) {
      return given.strip();
    }
    if (key.defaultValue() == null) {
      problems.add(key.variable() + " is not set: give " + key.accepted() + ".");
    }
    return key.defaultValue();
  }

  private void wrong(ConfigKey key, String text) {
    String remedy =
        key.defaultValue() == null
            ? "."
            : ", or leave it out for "
                + (key.defaultValue().isEmpty() ? "the default" : key.defaultValue())
                + ".";
    problems.add(
        key.variable()
            + " is \""
            + text
            + "\", which is not accepted: give "
            + key.accepted()
            + remedy);
  }

  private static @Nullable Duration parseDuration(String text) {
    Matcher span = SPAN.matcher(text);
    if (span.matches()) {
      long amount = Long.parseLong(span.group(1));
      return switch (span.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        default -> Duration.ofHours(amount);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException notIso) {
      return null;
    }
  }
}
