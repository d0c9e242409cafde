package io.poolwright.metrics;

/**
 * An answer to a probe.
 *
 * @param ok whether all is well
 * @param why one line for the person who reads the probe's answer
 */
public record Health(boolean ok, String why) {

  public static Health well() {
    return new Health(true, "ok");
  }

  public static Health ill(String why) {
    return new Health(false, why);
  }
}
