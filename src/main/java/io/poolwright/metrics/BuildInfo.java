package io.poolwright.metrics;

/**
 * Which Poolwright this is.
 *
 * @param version released version, such as 0.1.0
 * @param revision commit it was built from
 */
public record BuildInfo(String version, String revision) {}
