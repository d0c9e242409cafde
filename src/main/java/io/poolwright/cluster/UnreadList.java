package io.poolwright.cluster;

/** A part of the list of a job's objects cannot be read now; it may be there all the same. */
public final class UnreadList extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadList(String message, Throwable cause) {
    super(message, cause);
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }
}
