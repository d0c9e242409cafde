package io.poolwright.keys;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Keys in their order, cut into parts that each fit one object: every part but the last has as many
 * keys as the first, so that the place of a key says which part has it.
 *
 * @param parts JSON arrays of texts, compressed
 */
public record PackedKeys(int count, int perPart, List<byte[]> parts) {
  /** A part in base64, with what is around it, stays under 256 KiB. */
  static final int LARGEST_PART = 180 * 1024;

  /** Unpacked: what one who reads a part has to hold. */
  static final int LARGEST_TEXT = 1 << 20;

  /** Kubelets keep 10 MiB of what a container prints; in base64 this is less. */
  public static final int LARGEST = 7_700_000;

  /** As it is printed, with what the agent says besides. */
  public static final int LONGEST_LOG = 11_000_000;

  public static final int MOST_PER_PART = 4096;

  /** In a line with a few bytes before it, and all kubelets keep lines of 16 KiB whole. */
  private static final int LINE = 8000;

  private static final String MARK = "list ";
  private static final ObjectMapper JSON = new ObjectMapper();

  public PackedKeys {
    parts = List.copyOf(parts);
  }

  /** The largest parts that fit, of 4096 keys, 2048, 1024… A key has at most 1024 bytes. */
  public static PackedKeys of(List<String> keys) {
    int perPart = MOST_PER_PART;
    while (true) {
      List<byte[]> parts = new ArrayList<>();
      boolean fit = true;
      for (int from = 0; fit && from < keys.size(); from += perPart) {
        List<String> part = keys.subList(from, Math.min(keys.size(), from + perPart));
        byte[] text = text(part);
        byte[] packed = pack(text);
        fit = perPart == 1 || (text.length <= LARGEST_TEXT && packed.length <= LARGEST_PART);
        parts.add(packed);
      }
      if (fit) {
        return new PackedKeys(keys.size(), perPart, parts);
      }
      perPart /= 2;
    }
  }

  private static byte[] text(List<String> keys) {
    try {
      return JSON.writeValueAsBytes(keys);
    } catch (IOException e) {
      throw new IllegalStateException("texts are JSON", e);
    }
  }

  private static byte[] pack(byte[] text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(text);
    } catch (IOException e) {
      throw new IllegalStateException("memory is written without fail", e);
    }
    return packed.toByteArray();
  }

  /** What a part holds; an exception where it is none. */
  public static List<String> unpack(byte[] part) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(part))) {
      byte[] text = in.readNBytes(LARGEST_TEXT + 1);
      if (text.length > LARGEST_TEXT) {
        throw new IOException("a part of the list is longer than any that was made");
      }
      return List.copyOf(JSON.readValue(text, new TypeReference<List<String>>() {}));
    } catch (NullPointerException e) {
      throw new IOException("a part of the list has no texts", e);
    }
  }

  public int bytes() {
    return parts.stream().mapToInt(p -> p.length).sum();
  }

  public static int parts(int count, int perPart) {
    return (count + perPart - 1) / perPart;
  }

  /** How many keys a part has. */
  public static int in(int part, int count, int perPart) {
    return Math.min(perPart, count - part * perPart);
  }

  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(8).putInt(count).putInt(perPart).array());
      for (byte[] part : parts) {
        digest.update(ByteBuffer.allocate(4).putInt(part.length).array());
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** As lines of a log. */
  public void print(Consumer<String> line) {
    for (int i = 0; i < parts.size(); i++) {
      String text = Base64.getEncoder().encodeToString(parts.get(i));
      for (int at = 0; at < text.length(); at += LINE) {
        line.accept(MARK + i + " " + text.substring(at, Math.min(text.length(), at + LINE)));
      }
    }
  }

  /**
   * What was printed, other lines among it.
   *
   * @param digest that it has to have; an exception where it has another, as when lines are missing
   */
  public static PackedKeys read(Reader log, int count, int perPart, String digest)
      throws IOException {
    if (perPart < 1 || perPart > MOST_PER_PART || count < 0) {
      throw new IOException("it says that it has " + count + " keys, " + perPart + " in a part");
    }
    List<StringBuilder> texts = new ArrayList<>();
    int left = LARGEST / 3 * 4 + 8 * parts(count, perPart);
    BufferedReader lines = new BufferedReader(log);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int blank = line.indexOf(' ', MARK.length());
      if (line.startsWith(MARK) && blank > 0) {
        boolean next = line.substring(MARK.length(), blank).equals(Integer.toString(texts.size()));
        if (next) {
          texts.add(new StringBuilder());
        }
        left -= line.length() - blank - 1;
        if (texts.isEmpty() || left < 0 || texts.size() > parts(count, perPart)) {
          throw new IOException("what is in the pod's log is not the list that it made");
        }
        texts.getLast().append(line, blank + 1, line.length());
      }
    }
    List<byte[]> parts = new ArrayList<>();
    for (StringBuilder text : texts) {
      parts.add(bytes(text));
    }
    PackedKeys read = new PackedKeys(count, perPart, parts);
    if (!read.digest().equals(digest)) {
      throw new IOException(
          "of "
              + parts(count, perPart)
              + " parts of the list the pod's log has "
              + texts.size()
              + ", and they are not all that was printed");
    }
    return read;
  }

  private static byte[] bytes(StringBuilder text) throws IOException {
    try {
      return Base64.getDecoder().decode(text.toString());
    } catch (IllegalArgumentException e) {
      throw new IOException("lines of the list are missing in the pod's log", e);
    }
  }
}
