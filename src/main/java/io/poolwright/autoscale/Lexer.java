package io.poolwright.autoscale;

import io.poolwright.autoscale.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a formula into words (§3.6.2): numbers as C writes them, names of ASCII letters, digits
 * and underscores with a dollar sign before it or not, strings in double quotes, {@code //}
 * comments.
 *
 * <p>A string may also be opened and closed by {@code \"}: formulas come out of other languages'
 * string literals, and some bring the escapes along.
 */
final class Lexer {
  private static final List<String> SIGNS =
      List.of(
          "<=", "==", ">=", "!=", "&&", "||", "<", ">", "=", "+", "-", "*", "/", "!", "?", ":", ";",
          ",", ".", "(", ")");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int offset;
  private int line = 1;
  private int lineStart;

  private Lexer(String text) {
    this.text = text;
  }

  /**
   * The words, the last of which is {@link Kind#END} or {@link Kind#STRANGE}: an error before that
   * place is to be reported first.
   */
  static List<Token> split(String text) {
    return new Lexer(text).split();
  }

  private List<Token> split() {
    skipBlanks();
    while (offset < text.length()) {
      Token token = next();
      tokens.add(token);
      if (token.kind() == Kind.STRANGE) {
        return tokens;
      }
      skipBlanks();
    }
    tokens.add(new Token(Kind.END, "", here()));
    return tokens;
  }

  private void skipBlanks() {
    while (offset < text.length()) {
      char c = text.charAt(offset);
      if (c == '\n') {
        offset++;
        line++;
        lineStart = offset;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        offset++;
      } else if (text.startsWith("//", offset)) {
        int end = text.indexOf('\n', offset);
        offset = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private Token next() {
    Position at = here();
    char c = text.charAt(offset);
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      return number(at);
    }
    if (isLetter(c) || (c == '$' && isLetter(peek(1)))) {
      return new Token(Kind.NAME, take(endOfName(offset + 1)), at);
    }
    if (c == '"') {
      return string(at);
    }
    if (c == '\\' && peek(1) == '"') {
      return escapedString(at);
    }
    for (String sign : SIGNS) {
      if (text.startsWith(sign, offset)) {
        return new Token(Kind.SIGN, take(offset + sign.length()), at);
      }
    }
    return strange(at, reason(c));
  }

  private String reason(char c) {
    return switch (c) {
      case '$' -> "expected a name directly after '$'";
      case '%' -> "there is no operator '%'";
      case '&', '|' -> "unexpected '" + c + "'; expected '" + c + c + "'";
      case '\'' -> "unexpected '''; strings stand in double quotes";
      default -> "unexpected character " + shown();
    };
  }

  /** What cannot be seen by its number: blanks of other kinds come with copied text. */
  private String shown() {
    int point = text.codePointAt(offset);
    boolean visible =
        switch (Character.getType(point)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.UNASSIGNED,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
    return visible ? "'" + Character.toString(point) + "'" : String.format("U+%04X", point);
  }

  private Token number(Position at) {
    int end = endOfDigits(offset);
    if (end < text.length() && text.charAt(end) == '.' && isDigit(charAt(end + 1))) {
      end = endOfDigits(end + 1);
    }
    if (charAt(end) == 'e' || charAt(end) == 'E') {
      int exponent = charAt(end + 1) == '+' || charAt(end + 1) == '-' ? end + 2 : end + 1;
      end = isDigit(charAt(exponent)) ? endOfDigits(exponent) : end;
    }
    return new Token(Kind.NUMBER, take(end), at);
  }

  /** Between plain quotes a backslash takes the next character as it is. */
  private Token string(Position at) {
    StringBuilder content = new StringBuilder();
    offset++;
    while (charAt(offset) != '"') {
      if (charAt(offset) == '\\' && (peek(1) == '"' || peek(1) == '\\')) {
        offset++;
      }
      if (atEndOfLine()) {
        return open(at);
      }
      content.append(text.charAt(offset++));
    }
    offset++;
    return new Token(Kind.STRING, content.toString(), at);
  }

  private Token escapedString(Position at) {
    offset += 2;
    int start = offset;
    while (!text.startsWith("\\\"", offset)) {
      if (atEndOfLine()) {
        return open(at);
      }
      if (text.charAt(offset) == '"') {
        return strange(here(), "unexpected '\"' in a string that '\\\"' opened");
      }
      offset++;
    }
    String content = text.substring(start, offset);
    offset += 2;
    return new Token(Kind.STRING, content, at);
  }

  private boolean atEndOfLine() {
    return offset >= text.length() || text.charAt(offset) == '\n' || text.charAt(offset) == '\r';
  }

  private static Token open(Position at) {
    return strange(at, "the string is not closed on its line; expected '\"'");
  }

  private static Token strange(Position at, String reason) {
    return new Token(Kind.STRANGE, reason, at);
  }

  private int endOfDigits(int from) {
    int end = from;
    while (isDigit(charAt(end))) {
      end++;
    }
    return end;
  }

  private int endOfName(int from) {
    int end = from;
    while (isLetter(charAt(end)) || isDigit(charAt(end))) {
      end++;
    }
    return end;
  }

  private String take(int end) {
    String taken = text.substring(offset, end);
    offset = end;
    return taken;
  }

  private Position here() {
    return new Position(line, offset - lineStart + 1);
  }

  private char peek(int ahead) {
    return charAt(offset + ahead);
  }

  private char charAt(int index) {
    return index < text.length() ? text.charAt(index) : '\0';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }
}
