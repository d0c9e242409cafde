package io.poolwright.api.task;

/** What the schema says of {@code resources}, the same wherever a task is described. */
public final class Resources {
  /** How many a task may name. */
  public static final int MOST = 8;

  public static final String FIELD = "resources: ";

  public static final String DEVICE =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  public static final String DESCRIPTION =
      "cpu, memory and ephemeral-storage: the most that the command may use, in place of its slots' share of the node. Any other, for example nvidia.com/gpu: 1: so many of it from the machine that the node is on.";

  /**
   * Of those that have a domain, Kubernetes lets a container ask for whole numbers where the domain
   * is not its own.
   */
  public static final String NAMES =
      "self.all(r, r in ['cpu', 'memory', 'ephemeral-storage'] || (r.size() <= 244"
          + " && r.matches('"
          + DEVICE
          + "')"
          + " && !r.startsWith('requests.') && !r.contains('kubernetes.io/')))";

  public static final String OTHER_NAME =
      "name cpu, memory, ephemeral-storage, or a device of the machine as DOMAIN/NAME, for example nvidia.com/gpu; hugepages, names of kubernetes.io and requests.… cannot be asked for";

  /**
   * A quantity that is more than nothing. A pattern, which is put into the CRDs where they are
   * made, for a rule that reads an amount would cost too much for a job of many tasks.
   */
  public static final String AMOUNT =
      "^([0-9]*[1-9][0-9]*([.][0-9]*)?|[0-9]*[.][0-9]*[1-9][0-9]*)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,2})?$";

  private Resources() {}
}
