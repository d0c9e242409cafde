package io.poolwright.autoscale;

/**
 * A word of a formula.
 *
 * @param text as written; of a string, its content
 */
record Token(Kind kind, String text, Position at) {

  enum Kind {
    NUMBER,
    STRING,
    /** Without or with a leading dollar sign. */
    NAME,
    /** An operator or a bracket. */
    SIGN,
    END,
    /** No word at all; its text says why. Nothing follows it. */
    STRANGE
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  /** For "expected …, found …". */
  String shown() {
    return switch (kind) {
      case END -> "the end of the formula";
      case STRING -> "a string";
      case NUMBER, NAME, SIGN, STRANGE -> "'" + text + "'";
    };
  }
}
