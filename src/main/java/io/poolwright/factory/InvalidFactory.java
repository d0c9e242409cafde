package io.poolwright.factory;

/** A factory that cannot be: which field is wrong, and why in one sentence. */
public final class InvalidFactory extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String message;

  /**
   * @param path of the field, for example {@code repeatTask.commandLine}; empty for the whole
   */
  public InvalidFactory(String path, String message) {
    super(message);
    this.path = path;
    this.message = message;
  }

  public String path() {
    return path;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** The same, seen from outside: {@code spec.taskFactory} before its path. */
  public InvalidFactory below(String outer) {
    boolean joined = outer.isEmpty() || path.isEmpty() || path.startsWith("[");
    return new InvalidFactory(outer + (joined ? "" : ".") + path, getMessage());
  }
}
