package io.poolwright.config;

import java.util.List;

/** The environment does not make a configuration; the message names every key and its remedy. */
public final class InvalidConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf is serializable, its interface does not say so.
  private final List<String> problems;

  InvalidConfigurationException(List<String> problems) {
    super("The operator cannot start with this environment:\n- " + String.join("\n- ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence or two for each key at fault, in the order of {@link ConfigKey}. */
  public List<String> problems() {
    return problems;
  }
}
