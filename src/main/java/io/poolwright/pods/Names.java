package io.poolwright.pods;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names, labels and marks of what Poolwright makes. Names are functions of what they stand for:
 * making a thing twice makes it once.
 */
public final class Names {
  public static final String ROLE = "poolwright.io/role";
  public static final String POOL = "poolwright.io/pool";
  public static final String JOB = "poolwright.io/job";
  public static final String TASK = "poolwright.io/task";
  public static final String ATTEMPT = "poolwright.io/attempt";
  public static final String NODE = "poolwright.io/node";
  public static final String NUMBER = "poolwright.io/number";

  /** On a node pod, written by users: what they ask of the node. */
  public static final String REQUEST = "poolwright.io/request";

  /** On the pods of a pool that lends the room of its nodes to their tasks. */
  public static final String RESERVATION = "poolwright.io/reservation";

  public static final String LEND = "lend";

  /** On a node pod: "false" where it is a Spot node's. */
  public static final String DEDICATED = "poolwright.io/dedicated";

  /** On a node pod that takes no more tasks and ends those it has: its value says how. */
  public static final String LEAVING = "poolwright.io/leaving";

  public static final String ROLE_NODE = "node";
  public static final String ROLE_TASK = "task";

  /** Containers of a node pod that bring files to it. */
  public static final String PACKAGES = "packages";

  public static final String START_STAGE_IN = "start-stage-in";

  /** Finalizer and scheduling gate of task pods: both are the ledger's. */
  public static final String LEDGER = "poolwright.io/ledger";

  public static final String STORAGE_SECRET = "poolwright-storage";

  /** Label values and pod names (which become host names) end here. */
  private static final int LIMIT = 63;

  private Names() {}

  public static String taskPod(String task, int attempt) {
    return shorten(task, "-" + attempt);
  }

  public static String nodePod(String pool, int number) {
    return shorten(pool, "-node-" + number);
  }

  /** A label selector for the dedicated nodes of a pool: those that its scale counts. */
  public static String dedicatedNodesOf(String pool) {
    return POOL + "=" + pool + "," + ROLE + "=" + ROLE_NODE + "," + DEDICATED + "=true";
  }

  public static String inlineTask(String job, String id) {
    return shorten(job + "-" + id, "");
  }

  /** A label value for a name that may be longer than a label value can be. */
  public static String label(String name) {
    return shorten(name, "");
  }

  /**
   * The name and its ending, the name cut and given 64 bits of its SHA-256 where both together
   * would be too long.
   */
  private static String shorten(String name, String ending) {
    if (name.length() + ending.length() <= LIMIT) {
      return name + ending;
    }
    String hash = hash(name);
    String cut = name.substring(0, LIMIT - ending.length() - hash.length() - 1);
    return cut.replaceAll("[^a-z0-9]+$", "") + "-" + hash + ending;
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
