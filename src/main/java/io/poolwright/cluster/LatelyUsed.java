package io.poolwright.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map that keeps only so many entries, those that were asked for last. */
final class LatelyUsed<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int most;

  LatelyUsed(int most) {
    super(16, 0.75f, true);
    this.most = most;
  }

  @Override
  public synchronized @Nullable V get(Object key) {
    return super.get(key);
  }

  @Override
  public synchronized @Nullable V put(K key, V value) {
    return super.put(key, value);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
