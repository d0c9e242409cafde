package io.poolwright.factory;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A string with placeholders, read once. What is put in is not read again. */
final class Template {
  private static final int WIDEST = 9;

  /** What stands before each placeholder, and after the last. */
  private final List<String> texts;

  private final List<Hole> holes;

  private record Hole(int placeholder, int width) {}

  private Template(List<String> texts, List<Hole> holes) {
    this.texts = texts;
    this.holes = holes;
  }

  /**
   * @throws InvalidFactory with an empty path, and the column, from 1, in the message
   */
  static Template parse(String text, Generator generator) throws InvalidFactory {
    List<String> texts = new ArrayList<>();
    List<Hole> holes = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean twice = i + 1 < text.length() && text.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && twice) {
        literal.append(c);
        i++;
      } else if (c == '}') {
        throw wrong(i, "a lone '}'; a brace itself is written }}");
      } else if (c == '{') {
        int end = text.indexOf('}', i);
        if (end < 0) {
          throw wrong(i, "'{' is not closed; a brace itself is written {{");
        }
        holes.add(hole(text.substring(i + 1, end), i, generator));
        texts.add(literal.toString());
        literal.setLength(0);
        i = end;
      } else {
        literal.append(c);
      }
    }
    texts.add(literal.toString());
    return new Template(texts, holes);
  }

  private static Hole hole(String inside, int at, Generator generator) throws InvalidFactory {
    int colon = inside.indexOf(':');
    String name = colon < 0 ? inside : inside.substring(0, colon);
    int placeholder = generator.placeholders().indexOf(name);
    if (placeholder < 0) {
      throw wrong(at, "there is no {" + name + "} here, but " + known(generator));
    }
    if (colon < 0) {
      return new Hole(placeholder, 0);
    }
    String width = inside.substring(colon + 1);
    if (!width.matches("0?[1-" + WIDEST + "]")) {
      throw wrong(at, "{" + inside + "}: the width is a number from 1 to " + WIDEST);
    }
    if (!generator.extent(placeholder).countable()) {
      throw wrong(
          at,
          "{" + inside + "}: zeros go before whole numbers only, and only where none is negative");
    }
    return new Hole(placeholder, Integer.parseInt(width));
  }

  private static String known(Generator generator) {
    List<String> all = generator.placeholders();
    Stream<String> shown =
        all.size() > 4 ? Stream.of(all.getFirst(), "…", all.getLast()) : all.stream();
    return shown.map(p -> p.equals("…") ? p : "{" + p + "}").collect(Collectors.joining(", "));
  }

  private static InvalidFactory wrong(int at, String message) {
    return new InvalidFactory("", "column " + (at + 1) + ": " + message);
  }

  String fill(List<String> values) {
    if (holes.isEmpty()) {
      return texts.getFirst();
    }
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < holes.size(); i++) {
      Hole hole = holes.get(i);
      String value = values.get(hole.placeholder());
      filled.append(texts.get(i)).repeat('0', Math.max(0, hole.width() - value.length()));
      filled.append(value);
    }
    return filled.append(texts.getLast()).toString();
  }

  /** The placeholders in it, each once. */
  int[] placeholders() {
    return holes.stream().mapToInt(Hole::placeholder).distinct().toArray();
  }

  /** No filling is shorter. */
  long shortest(Generator generator) {
    return literals()
        + holes.stream()
            .mapToLong(h -> Math.max(h.width(), generator.extent(h.placeholder()).shortest()))
            .sum();
  }

  /** No filling is longer. */
  long longest(Generator generator) {
    return literals()
        + holes.stream()
            .mapToLong(h -> Math.max(h.width(), generator.extent(h.placeholder()).longest()))
            .sum();
  }

  private long literals() {
    return IntStream.range(0, texts.size()).mapToLong(i -> texts.get(i).length()).sum();
  }
}
