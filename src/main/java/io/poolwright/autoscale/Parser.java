package io.poolwright.autoscale;

import io.poolwright.autoscale.Node.Link;
import java.util.ArrayList;
import java.util.List;

/**
 * Words to statements, by precedence climbing: the grammar of §3.6.2, no more and no less. So
 * comparisons do not chain, and {@code -} and {@code !} stand once before a value. What names mean
 * is for {@link Names} to say.
 */
final class Parser {
  /** Lowest first; those of one entry have one rank. */
  private static final List<List<String>> RANKS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("<", "<=", "==", ">=", ">", "!="),
          List.of("+", "-"),
          List.of("*", "/"));

  private static final int COMPARISON = 2;

  private final List<Token> tokens;
  private final Limits limits;
  private int next;
  private int depth;

  private Parser(List<Token> tokens, Limits limits) {
    this.tokens = tokens;
    this.limits = limits;
  }

  static List<Statement> parse(String text, Limits limits) {
    if (text.length() > limits.characters()) {
      throw FormulaError.tooLong(
          new Position(1, 1),
          "the formula has "
              + text.length()
              + " characters; at most "
              + limits.characters()
              + " are allowed");
    }
    return new Parser(Lexer.split(text), limits).statements();
  }

  private List<Statement> statements() {
    List<Statement> statements = new ArrayList<>();
    while (peek().kind() != Token.Kind.END) {
      if (statements.size() == limits.statements()) {
        throw FormulaError.tooLong(
            peek().at(), "more than " + limits.statements() + " statements are not allowed");
      }
      statements.add(statement());
      if (peek().kind() != Token.Kind.END) {
        expect(";", "an operator or ';'");
      }
    }
    return statements;
  }

  private Statement statement() {
    Token first = peek();
    if (first.kind() == Token.Kind.NAME && tokens.get(next + 1).is("=")) {
      next += 2;
      return new Statement(new Node.Name(first.text(), first.at()), expression());
    }
    return new Statement(null, expression());
  }

  private Node expression() {
    deeper();
    Node condition = ranked(0);
    if (!peek().is("?")) {
      depth--;
      return condition;
    }
    next++;
    Node yes = expression();
    expect(":", "an operator or ':'");
    Node no = expression();
    depth--;
    return new Node.Choice(condition, yes, no);
  }

  private Node ranked(int rank) {
    if (rank == RANKS.size()) {
      return unary();
    }
    Node first = ranked(rank + 1);
    List<Link> links = new ArrayList<>();
    while (peek().kind() == Token.Kind.SIGN && RANKS.get(rank).contains(peek().text())) {
      Token sign = peek();
      if (rank == COMPARISON && !links.isEmpty()) {
        throw FormulaError.parse(
            sign.at(), "comparisons do not chain: put one of them into parentheses, or use '&&'");
      }
      next++;
      links.add(new Link(sign.text(), sign.at(), ranked(rank + 1)));
    }
    return links.isEmpty() ? first : new Node.Chain(first, List.copyOf(links));
  }

  private Node unary() {
    Token sign = peek();
    if (!sign.is("-") && !sign.is("!")) {
      return postfix();
    }
    next++;
    return new Node.Unary(sign.text(), postfix(), sign.at());
  }

  private Node postfix() {
    Node node = primary();
    int before = depth;
    while (peek().is(".")) {
      deeper();
      next++;
      Token name = peek();
      if (name.kind() != Token.Kind.NAME || name.text().startsWith("$")) {
        throw FormulaError.parse(
            name.at(), "expected the name of a member or method, found " + name.shown());
      }
      next++;
      Position open = peek().at();
      node =
          peek().is("(")
              ? new Node.MethodCall(node, name.text(), arguments(), name.at(), open)
              : new Node.Member(node, name.text(), name.at());
    }
    depth = before;
    return node;
  }

  private Node primary() {
    Token token = peek();
    return switch (token.kind()) {
      case NUMBER -> {
        next++;
        yield new Node.Numeral(token.text(), token.at());
      }
      case STRING -> {
        next++;
        yield new Node.Text(token.text(), token.at());
      }
      case NAME -> {
        next++;
        yield peek().is("(") && !token.text().startsWith("$")
            ? new Node.Call(token.text(), arguments(), token.at())
            : new Node.Name(token.text(), token.at());
      }
      case SIGN, END, STRANGE -> {
        if (!token.is("(")) {
          throw FormulaError.parse(token.at(), "expected a value, found " + token.shown());
        }
        next++;
        Node inner = expression();
        expect(")", "an operator or ')'");
        yield inner;
      }
    };
  }

  private List<Node> arguments() {
    next++;
    List<Node> arguments = new ArrayList<>();
    if (peek().is(")")) {
      next++;
      return List.of();
    }
    arguments.add(expression());
    while (peek().is(",")) {
      next++;
      arguments.add(expression());
    }
    expect(")", "an operator, ',' or ')'");
    return List.copyOf(arguments);
  }

  private void deeper() {
    if (++depth > limits.depth()) {
      throw FormulaError.tooLong(
          peek().at(), "more than " + limits.depth() + " levels within each other are not allowed");
    }
  }

  private void expect(String sign, String expected) {
    Token token = peek();
    if (!token.is(sign)) {
      throw FormulaError.parse(token.at(), "expected " + expected + ", found " + token.shown());
    }
    next++;
  }

  private Token peek() {
    Token token = tokens.get(next);
    if (token.kind() == Token.Kind.STRANGE) {
      throw FormulaError.parse(token.at(), token.text());
    }
    return token;
  }
}
