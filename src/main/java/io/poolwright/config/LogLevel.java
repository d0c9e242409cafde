package io.poolwright.config;

/** Levels that logback.xml takes from the environment. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR
}
