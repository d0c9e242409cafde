package io.poolwright.autoscale;

import java.util.List;

/** A part of an expression. {@code at} is where an error that concerns it is shown. */
sealed interface Node {
  Position at();

  /** A number as written; whether a double can hold it is not a question of syntax. */
  record Numeral(String text, Position at) implements Node {}

  record Text(String content, Position at) implements Node {}

  /** A variable or a constant. */
  record Name(String text, Position at) implements Node {}

  /** {@code avg(…)}. */
  record Call(String function, List<Node> arguments, Position at) implements Node {}

  /** {@code time().hour}. */
  record Member(Node owner, String name, Position at) implements Node {}

  /**
   * {@code $X.GetSample(…)}.
   *
   * @param open where its parenthesis opens: there Azure points when samples are missing
   */
  record MethodCall(Node owner, String name, List<Node> arguments, Position at, Position open)
      implements Node {}

  record Unary(String sign, Node operand, Position at) implements Node {}

  /**
   * Operators of one rank from left to right. A list and not a tree: eight thousand characters of
   * {@code 1+1+1…} must not become four thousand frames of a stack.
   */
  record Chain(Node first, List<Link> links) implements Node {
    @Override
    public Position at() {
      return first.at();
    }
  }

  record Link(String sign, Position at, Node operand) {}

  record Choice(Node condition, Node yes, Node no) implements Node {
    @Override
    public Position at() {
      return condition.at();
    }
  }
}
