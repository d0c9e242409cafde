package io.poolwright.cluster;

/** A part of the list of a job's objects is not there any more; nobody can make it again. */
public final class LostList extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostList(String message) {
    super(message);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
