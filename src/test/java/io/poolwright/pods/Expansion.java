package io.poolwright.pods;

import java.util.List;
import java.util.Map;

/**
 * What the kubelet does to the text of a command or a variable: $(NAME) is replaced where it is
 * known, two dollars become one.
 */
final class Expansion {
  private Expansion() {}

  static List<String> of(List<String> texts, Map<String, String> known) {
    return texts.stream().map(t -> of(t, known)).toList();
  }

  static String of(String text, Map<String, String> known) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '$' || i + 1 == text.length()) {
        out.append(text.charAt(i));
        continue;
      }
      char next = text.charAt(i + 1);
      int end = text.indexOf(')', i);
      if (next == '$') {
        out.append('$');
        i++;
      } else if (next == '(' && end > 0) {
        String name = text.substring(i + 2, end);
        out.append(known.getOrDefault(name, "$(" + name + ")"));
        i = end;
      } else {
        out.append('$');
      }
    }
    return out.toString();
  }
}
