package io.poolwright.factory;

import io.poolwright.api.job.TaskFactory.FileSource;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One task for each object.
 *
 * @param root what is before a key in its address: {@code s3://bucket/}
 * @param keys those under the prefix, in order
 * @param extents of the placeholders' values, in their order
 * @param known whether all was looked for in these keys before
 */
record Named(String root, List<String> keys, List<Extent> extents, boolean known)
    implements Generator {
  /** Fits wherever a value may be. */
  private static final Extent ANY = new Extent(1, 1, false);

  private static final List<String> PLACEHOLDERS =
      List.of("url", "filePath", "fileName", "fileNameWithoutExtension");

  /** What ends in '/' is no file: some tools store a directory as an empty object of that name. */
  static Named of(FileSource source, Listing files) {
    String prefix = source.prefix() == null ? "" : source.prefix();
    List<String> keys =
        files.keys().stream().filter(k -> k.startsWith(prefix) && !k.endsWith("/")).toList();
    return listed(source, keys, false);
  }

  /** Of keys that are those of the source, in order. */
  static Named listed(FileSource source, List<String> keys, boolean known) {
    String bucket = source.bucket();
    String root = "s3://" + (bucket == null ? "" : bucket) + "/";
    return new Named(
        root,
        keys,
        known ? Collections.nCopies(PLACEHOLDERS.size(), ANY) : extents(root, keys),
        known);
  }

  private static List<Extent> extents(String root, List<String> keys) {
    int[] shortest = new int[PLACEHOLDERS.size()];
    int[] longest = new int[PLACEHOLDERS.size()];
    Arrays.fill(shortest, keys.isEmpty() ? 0 : Integer.MAX_VALUE);
    for (String key : keys) {
      List<String> values = values(root, key);
      for (int i = 0; i < shortest.length; i++) {
        shortest[i] = Math.min(shortest[i], values.get(i).length());
        longest[i] = Math.max(longest[i], values.get(i).length());
      }
    }
    return IntStream.range(0, shortest.length)
        .mapToObj(i -> new Extent(shortest[i], longest[i], false))
        .toList();
  }

  @Override
  public List<String> placeholders() {
    return PLACEHOLDERS;
  }

  @Override
  public BigInteger size() {
    return BigInteger.valueOf(keys.size());
  }

  @Override
  public List<String> values(long index) {
    return values(root, keys.get((int) index));
  }

  private static List<String> values(String root, String key) {
    String name = key.substring(key.lastIndexOf('/') + 1);
    return List.of(root + key, key, name, withoutExtension(name));
  }

  /** The last extension goes; dots that a name begins with begin none. */
  private static String withoutExtension(String name) {
    int dot = name.lastIndexOf('.');
    boolean hasOne = dot > 0 && !name.substring(0, dot).chars().allMatch(c -> c == '.');
    return hasOne ? name.substring(0, dot) : name;
  }

  @Override
  public Extent extent(int placeholder) {
    return extents.get(placeholder);
  }

  @Override
  public boolean always(int placeholder, Predicate<String> holds) {
    return keys.stream().allMatch(k -> holds.test(values(root, k).get(placeholder)));
  }
}
