package io.poolwright.autoscale;

import io.poolwright.autoscale.Node.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Formulas at random: their tree, their text, and that text with something wrong in it. */
final class RandomFormula {
  private static final Position NOWHERE = new Position(0, 0);
  private static final List<List<String>> RANKS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("<", "<=", "==", ">=", ">", "!="),
          List.of("+", "-"),
          List.of("*", "/"));
  private static final String[] NUMBERS = {"0", "1", "42", "0.5", ".25", "1e3", "2.5E-1", "007"};
  private static final String[] VARIABLES = {
    "x", "y", "$z", "_q", "$PendingTasks", "$TargetDedicatedNodes", "TimeInterval_Minute", "requeue"
  };
  private static final String[] FUNCTIONS = {
    "avg", "min", "max", "vec", "time", "lg", "rand", "len", "stop", "val"
  };
  private static final String[] PIECES = {
    "(",
    ")",
    ",",
    ";",
    ".",
    "?",
    ":",
    "=",
    "==",
    "<",
    "&&",
    "||",
    "!",
    "-",
    "+",
    "*",
    "/",
    "//",
    "\"",
    "\\\"",
    "\\",
    "$",
    "1",
    ".5",
    "1e",
    "x",
    "avg(",
    "$PendingTasks",
    "GetSample",
    "\n",
    "\r",
    " ",
    "%",
    "&",
    "§",
    "\0",
    "😀",
    "TimeInterval_Hour"
  };

  private final Random random;

  RandomFormula(long seed) {
    this.random = new Random(seed);
  }

  List<Statement> statements() {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i ->
            new Statement(
                random.nextInt(4) == 0 ? null : new Node.Name(pick(VARIABLES), NOWHERE), node(4)))
        .toList();
  }

  Node node(int depth) {
    if (depth == 0) {
      return leaf();
    }
    return switch (random.nextInt(9)) {
      case 0 -> new Node.Unary(random.nextBoolean() ? "-" : "!", node(depth - 1), NOWHERE);
      case 1, 2, 3 -> chain(depth);
      case 4 -> new Node.Choice(node(depth - 1), node(depth - 1), node(depth - 1));
      case 5 -> new Node.Call(pick(FUNCTIONS), nodes(depth - 1), NOWHERE);
      case 6 -> new Node.Member(node(depth - 1), random.nextBoolean() ? "hour" : "day", NOWHERE);
      case 7 ->
          new Node.MethodCall(node(depth - 1), "GetSample", nodes(depth - 1), NOWHERE, NOWHERE);
      default -> leaf();
    };
  }

  private Node chain(int depth) {
    List<String> signs = RANKS.get(random.nextInt(RANKS.size()));
    int links = signs.contains("<") ? 1 : 1 + random.nextInt(3);
    List<Link> list = new ArrayList<>();
    for (int i = 0; i < links; i++) {
      list.add(new Link(signs.get(random.nextInt(signs.size())), NOWHERE, node(depth - 1)));
    }
    return new Node.Chain(node(depth - 1), list);
  }

  private List<Node> nodes(int depth) {
    return IntStream.range(0, random.nextInt(3)).mapToObj(i -> node(depth)).toList();
  }

  private Node leaf() {
    return switch (random.nextInt(4)) {
      case 0 -> new Node.Text(random.nextBoolean() ? "" : "a \"b\\ c//", NOWHERE);
      case 1 -> new Node.Name(pick(VARIABLES), NOWHERE);
      default -> new Node.Numeral(pick(NUMBERS), NOWHERE);
    };
  }

  /** With the parentheses that it needs and some that it does not, blanks and comments. */
  String text(List<Statement> statements) {
    String text =
        statements.stream()
            .map(s ->
                s.target() == null
                    ? text(s.value(), 0)
                    : s.target().text() + gap() + "=" + gap() + text(s.value(), 0))
            .collect(Collectors.joining(gap() + ";" + gap()));
    return gap() + text + (statements.isEmpty() || random.nextBoolean() ? "" : ";") + gap();
  }

  /**
   * @param rank below which an operator needs parentheses: 0 for ?:, 1 for ||, … 6 for a sign
   */
  String text(Node node, int rank) {
    String bare =
        switch (node) {
          case Node.Numeral numeral -> numeral.text();
          case Node.Text text -> quoted(text.content());
          case Node.Name name -> name.text();
          case Node.Call call -> call.function() + gap() + list(call.arguments());
          case Node.Member member -> text(member.owner(), 7) + gap() + "." + member.name();
          case Node.MethodCall method ->
              text(method.owner(), 7) + "." + gap() + method.name() + list(method.arguments());
          case Node.Unary unary -> unary.sign() + gap() + text(unary.operand(), 7);
          case Node.Chain chain -> chain(chain);
          case Node.Choice choice ->
              text(choice.condition(), 1)
                  + gap()
                  + "?"
                  + gap()
                  + text(choice.yes(), 0)
                  + ":"
                  + gap()
                  + text(choice.no(), 0);
        };
    boolean needed = rank > rank(node);
    return needed || random.nextInt(8) == 0 ? "(" + gap() + bare + gap() + ")" : bare;
  }

  private String chain(Node.Chain chain) {
    int inner = rank(chain) + 1;
    StringBuilder text = new StringBuilder(text(chain.first(), inner));
    for (Link link : chain.links()) {
      // A blank, or 1- -1 and x/ /comment would be other words.
      text.append(" ").append(link.sign()).append(" ").append(text(link.operand(), inner));
    }
    return text.toString();
  }

  private static int rank(Node node) {
    return switch (node) {
      case Node.Choice choice -> 0;
      case Node.Chain chain -> {
        String sign = chain.links().getFirst().sign();
        yield 1
            + IntStream.range(0, 5).filter(i -> RANKS.get(i).contains(sign)).findFirst().getAsInt();
      }
      case Node.Unary unary -> 6;
      // 1.day is a number and a member, but 1 .5 is none.
      default -> 7;
    };
  }

  private String list(List<Node> nodes) {
    return nodes.stream()
        .map(n -> text(n, 0))
        .collect(Collectors.joining(gap() + "," + gap(), "(" + gap(), gap() + ")"));
  }

  private String quoted(String content) {
    return "\"" + content.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private String gap() {
    return switch (random.nextInt(12)) {
      case 0 -> " ";
      case 1 -> "\n\t";
      case 2 -> " // a comment; x = \"\n";
      case 3 -> "\r\n";
      default -> "";
    };
  }

  /** The text with a few pieces put in, taken out or doubled. */
  String spoiled(String text) {
    StringBuilder spoiled = new StringBuilder(text);
    for (int i = random.nextInt(3) + 1; i > 0; i--) {
      int at = random.nextInt(spoiled.length() + 1);
      int end = Math.min(spoiled.length(), at + random.nextInt(4));
      switch (random.nextInt(3)) {
        case 0 -> spoiled.insert(at, pick(PIECES));
        case 1 -> spoiled.delete(at, end);
        default -> spoiled.insert(at, spoiled.substring(at, end));
      }
    }
    return spoiled.toString();
  }

  /** Words of the language and others without any order. */
  String soup() {
    return IntStream.range(0, random.nextInt(30))
        .mapToObj(i -> pick(PIECES))
        .collect(Collectors.joining());
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  /** What a tree is without its places. */
  static String shape(List<Statement> statements) {
    return statements.stream()
        .map(s -> (s.target() == null ? "" : s.target().text() + " := ") + shape(s.value()))
        .collect(Collectors.joining("; "));
  }

  private static String shape(Node node) {
    return switch (node) {
      case Node.Numeral numeral -> numeral.text();
      case Node.Text text -> "'" + text.content() + "'";
      case Node.Name name -> name.text();
      case Node.Call call -> call.function() + shapes(call.arguments());
      case Node.Member member -> shape(member.owner()) + "." + member.name();
      case Node.MethodCall method ->
          shape(method.owner()) + "." + method.name() + shapes(method.arguments());
      case Node.Unary unary -> "{" + unary.sign() + shape(unary.operand()) + "}";
      case Node.Chain chain ->
          chain.links().stream()
              .map(l -> l.sign() + shape(l.operand()))
              .collect(Collectors.joining("", "{" + shape(chain.first()), "}"));
      case Node.Choice choice ->
          "{"
              + shape(choice.condition())
              + "?"
              + shape(choice.yes())
              + ":"
              + shape(choice.no())
              + "}";
    };
  }

  private static String shapes(List<Node> nodes) {
    return nodes.stream().map(RandomFormula::shape).collect(Collectors.joining(", ", "[", "]"));
  }
}
