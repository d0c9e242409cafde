package io.poolwright.pods;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a {@code commandLine} into words as a POSIX shell splits them (quotes, backslashes;
 * section 2.2 of the shell language), and does nothing else a shell does: no variable, no glob, no
 * pipe. Whoever wants those writes {@code sh -c '…'}.
 */
public final class CommandLine {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private int at;

  private CommandLine(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException where a quote is not closed or the last character is a
   *     backslash
   */
  public static List<String> split(String text) {
    return new CommandLine(text).split();
  }

  private List<String> split() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case ' ', '\t', '\n', '\r' -> endWord();
        case '\'' -> singleQuoted();
        case '"' -> doubleQuoted();
        case '\\' -> escaped();
        default -> add(c);
      }
    }
    endWord();
    return List.copyOf(words);
  }

  private void singleQuoted() {
    int start = at;
    int end = text.indexOf('\'', at);
    if (end < 0) {
      throw new IllegalArgumentException("the quote ' at character " + start + " is not closed");
    }
    inWord = true;
    word.append(text, at, end);
    at = end + 1;
  }

  private void doubleQuoted() {
    int start = at;
    inWord = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return;
      }
      boolean escapes = c == '\\' && at < text.length() && "$`\"\\\n".indexOf(text.charAt(at)) >= 0;
      if (!escapes) {
        word.append(c);
      } else if (text.charAt(at++) != '\n') {
        word.append(text.charAt(at - 1));
      }
    }
    throw new IllegalArgumentException("the quote \" at character " + start + " is not closed");
  }

  private void escaped() {
    if (at == text.length()) {
      throw new IllegalArgumentException("there is nothing after the last backslash");
    }
    char c = text.charAt(at++);
    if (c != '\n') {
      add(c);
    }
  }

  private void add(char c) {
    inWord = true;
    word.append(c);
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }
}
