package io.poolwright.factory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A field of a task: its template, known to fit wherever a value is put in. */
record Text(Template template) {

  static @Nullable Text of(String path, @Nullable String text, Limit limit, Generator generator)
      throws InvalidFactory {
    return text == null ? null : required(path, text, limit, generator);
  }

  static Text required(String path, String text, Limit limit, Generator generator)
      throws InvalidFactory {
    Template template;
    try {
      template = Template.parse(text, generator);
    } catch (InvalidFactory e) {
      throw e.below(path);
    }
    long longest = template.longest(generator);
    if (longest > limit.max()) {
      throw new InvalidFactory(
          path,
          "may become " + longest + " characters long; at most " + limit.max() + " are allowed");
    }
    if (template.shortest(generator) < limit.min()) {
      throw new InvalidFactory(
          path,
          limit.min() == 1
              ? "may become empty"
              : "may become shorter than " + limit.min() + " characters");
    }
    return new Text(template);
  }

  /**
   * That something holds of what it becomes: tried with each value of each placeholder in it, the
   * others being those of the first task.
   */
  static void check(
      String path,
      @Nullable Text text,
      Generator generator,
      Predicate<String> holds,
      String message)
      throws InvalidFactory {
    if (text == null || generator.known() || generator.size().signum() == 0) {
      return;
    }
    Template template = text.template();
    List<String> first = generator.values(0);
    boolean all = holds.test(template.fill(first));
    for (int placeholder : template.placeholders()) {
      all =
          all
              && generator.always(
                  placeholder,
                  value -> {
                    List<String> values = new ArrayList<>(first);
                    values.set(placeholder, value);
                    return holds.test(template.fill(values));
                  });
    }
    if (!all) {
      throw new InvalidFactory(path, message);
    }
  }

  static @Nullable String fill(@Nullable Text text, List<String> values) {
    return text == null ? null : text.template().fill(values);
  }
}
