package io.poolwright.agent;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The JSON that a container leaves behind. The kubelet keeps 4096 bytes and cuts blindly, so it is
 * made to fit beforehand.
 */
final class TerminationMessage {
  static final int LIMIT = 4095;

  private TerminationMessage() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode failure(AgentFailure failure) {
    return object()
        .put("category", failure.category().name())
        .put("code", failure.code())
        .put("message", failure.sentence())
        .put("field", failure.field());
  }

  static void write(Path log, ObjectNode message) throws IOException {
    Files.write(log, fit(message));
  }

  /**
   * Shortens first what is least needed: the tail of stderr from its beginning, then sentences from
   * their end.
   */
  static byte[] fit(ObjectNode message) {
    ObjectNode fitting = message.deepCopy();
    byte[] bytes = encode(fitting);
    while (bytes.length > LIMIT) {
      if (!halve(fitting, "stderrTail", true) && !halveDeep(fitting)) {
        return encode(object().put("code", fitting.path("code").asText("MessageTooLong")));
      }
      bytes = encode(fitting);
    }
    return bytes;
  }

  private static boolean halveDeep(ObjectNode node) {
    boolean any = halve(node, "message", false);
    for (String name : new String[] {"failure", "logsFailure"}) {
      if (node.get(name) instanceof ObjectNode inner) {
        any |= halve(inner, "message", false) || halve(inner, "field", false);
      }
    }
    return any || halve(node, "field", false);
  }

  private static boolean halve(ObjectNode node, String name, boolean keepEnd) {
    String text = node.path(name).asText("");
    if (text.length() < 2) {
      return false;
    }
    int half = text.length() / 2;
    String shorter = keepEnd ? text.substring(text.length() - half) : text.substring(0, half);
    node.put(name, whole(shorter));
    return true;
  }

  /** Drops the half of a surrogate pair that a cut may have left at either end. */
  private static String whole(String text) {
    String result = text;
    if (!result.isEmpty() && Character.isLowSurrogate(result.charAt(0))) {
      result = result.substring(1);
    }
    if (!result.isEmpty() && Character.isHighSurrogate(result.charAt(result.length() - 1))) {
      result = result.substring(0, result.length() - 1);
    }
    return result;
  }

  private static byte[] encode(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The last bytes of a text, beginning with a whole character. */
  static String tail(byte[] bytes, int most) {
    int start = Math.max(0, bytes.length - most);
    while (start > 0 && start < bytes.length && (bytes[start] & 0xC0) == 0x80) {
      start++;
    }
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }
}
