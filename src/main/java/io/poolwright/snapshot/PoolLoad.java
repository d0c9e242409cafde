package io.poolwright.snapshot;

/**
 * What the tasks of all jobs ask of a pool, counted.
 *
 * @param activeTasks those that wait and would run if a node had room
 * @param activeSlots what these require together
 * @param runningSlots what those that have a node hold
 */
public record PoolLoad(
    int activeTasks,
    int activeSlots,
    int runningTasks,
    int runningSlots,
    int succeededTasks,
    int failedTasks) {
  public static final PoolLoad NONE = new PoolLoad(0, 0, 0, 0, 0, 0);

  /** This and so many times the other. */
  public PoolLoad plus(PoolLoad other, int times) {
    return new PoolLoad(
        activeTasks + times * other.activeTasks,
        activeSlots + times * other.activeSlots,
        runningTasks + times * other.runningTasks,
        runningSlots + times * other.runningSlots,
        succeededTasks + times * other.succeededTasks,
        failedTasks + times * other.failedTasks);
  }
}
