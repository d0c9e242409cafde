package io.poolwright.board;

/** How a task stands towards those that depend on it. */
enum Standing {
  /** Not over, or not there. */
  OPEN,
  SATISFIES,
  BLOCKS,
  FAILS
}
