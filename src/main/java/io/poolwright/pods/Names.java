package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.OwnerReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

  /** Of a task of a factory, which has no object: its index. Its pods are its job's. */
  public static final String INDEX = "poolwright.io/index";

  /** On an inline task: where among the job's it stands. */
  public static final String PLACE = "poolwright.io/place";

  /** Of a multi-instance task's pod: which it is, and of how many. */
  public static final String SUBTASK = "poolwright.io/subtask";

  public static final String NODE = "poolwright.io/node";
  public static final String NUMBER = "poolwright.io/number";

  /** On a node pod, written by users: what they ask of the node. */
  public static final String REQUEST = "poolwright.io/request";

  /** On a failed Task: a value that it did not have before makes the task run again. */
  public static final String REACTIVATE = "poolwright.io/reactivate";

  /** On a Job: what {@code terminateReason} is to say where {@code desiredState} ends it. */
  public static final String TERMINATE_REASON = "poolwright.io/terminate-reason";

  /** On a Job that a JobSchedule made: the schedule's name, the job's number, and its start. */
  public static final String SCHEDULE = "poolwright.io/schedule";

  public static final String JOB_NUMBER = "poolwright.io/job-number";
  public static final String SCHEDULED_FOR = "poolwright.io/scheduled-for";

  /** On a Job that a task disabled: a value that it did not have before enables it. */
  public static final String ENABLE = "poolwright.io/enable";

  /** On the pods of a pool that lends the room of its nodes to their tasks. */
  public static final String RESERVATION = "poolwright.io/reservation";

  public static final String LEND = "lend";

  /** On a task pod of such a pool whose limits are not its share of the node: its slots. */
  public static final String SLOTS = "poolwright.io/slots";

  /** On a node pod: "false" where it is a Spot node's. */
  public static final String DEDICATED = "poolwright.io/dedicated";

  /** On a node pod that takes no more tasks and ends those it has: its value says how. */
  public static final String LEAVING = "poolwright.io/leaving";

  /** On a task pod that is stopped for a task of a higher priority: JOB/TASK of that one. */
  public static final String PREEMPTED_FOR = "poolwright.io/preempted-for";

  /** On a node pod: its state, as far as that is worth a write. */
  public static final String STATE = "poolwright.io/state";

  /** On a Pool that was made for a job or a schedule: the UID of that one. */
  public static final String AUTO_POOL_OF = "poolwright.io/auto-pool-of";

  /** On such a Pool: what its spec was made of. */
  public static final String AUTO_POOL_SPEC = "poolwright.io/auto-pool-spec";

  private static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";
  private static final String DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt";

  public static final String PACKAGE = "poolwright.io/package";
  public static final String VERSION = "poolwright.io/version";

  /** On an ApplicationPackage: another value has its versions looked at anew. */
  public static final String CHECK = "poolwright.io/check";

  /** On a node pod: the packages that it joined with. */
  public static final String JOINED_WITH = "poolwright.io/packages";

  public static final String ROLE_CHECK = "check";
  public static final String ROLE_LIST = "list";
  public static final String ROLE_NODE = "node";
  public static final String ROLE_TASK = "task";

  /** Of the pods of a job's preparation and release; which of the two says {@link #SPECIAL}. */
  public static final String ROLE_SPECIAL = "job-task";

  public static final String SPECIAL = "poolwright.io/job-task";

  /** Finalizer of a Job whose release has to run before it goes. */
  public static final String RELEASE = "poolwright.io/release";

  /** On the pod of a rebooted node: UID of the pod whose directory it has. */
  public static final String REBOOTED_FROM = "poolwright.io/rebooted-from";

  /** Of the Service and the NetworkPolicy of a pool. */
  public static final String ROLE_NETWORK = "network";

  /** Containers of a node pod that bring files to it. */
  public static final String PACKAGES = "packages";

  public static final String START_STAGE_IN = "start-stage-in";

  /** Finalizer and scheduling gate of task pods: both are the ledger's. */
  public static final String LEDGER = "poolwright.io/ledger";

  public static final String STORAGE_SECRET = "poolwright-storage";

  /** Label values and pod names (which become host names) end here. */
  private static final int LIMIT = 63;

  private static final int POOL_LIMIT = 50;

  private Names() {}

  /**
   * The pod of a subtask; of the primary, which is 0, that of the task. Other tasks' pods end with
   * a number.
   */
  static String taskPod(String task, int attempt, int subtask) {
    return subtask == 0 ? taskPod(task, attempt) : shorten(task, "-" + attempt + "-s" + subtask);
  }

  public static String taskPod(String task, int attempt) {
    return shorten(task, "-" + attempt);
  }

  /**
   * The pod of a job's preparation or release on a node.
   *
   * @param kind a short word for which of the two
   */
  static String specialPod(String job, String kind, String node, int attempt) {
    return shorten(job, "-" + kind + "-" + hash(node) + "-" + attempt);
  }

  /**
   * The pod that looks at a version of a package.
   *
   * @param look all that makes it another look
   */
  static String checkPod(String name, String look) {
    return shorten(name, "-check-" + hash(look));
  }

  /**
   * The pod that lists the objects that a job makes tasks of.
   *
   * @param look all that makes it another listing
   */
  static String listPod(String job, String look) {
    return shorten(job, "-list-" + hash(look));
  }

  /**
   * What keeps a part of the list of a job's objects: another list, or another job of the name, has
   * others.
   */
  public static String filesOf(String job, String jobUid, String digest, int part) {
    return shorten(job, "-files-" + hash(jobUid + "\n" + digest) + "-" + part);
  }

  /** A name for a content: as good as the content where two are compared. */
  static String fingerprint(String content) {
    return hash(content);
  }

  public static String nodePod(String pool, int number) {
    return shorten(pool, "-node-" + number);
  }

  /**
   * A pool that is made for a job or a schedule; not longer than the names of pools may be.
   *
   * @param prefix what it begins with; the owner's name where it is empty
   */
  static String autoPool(Optional<String> prefix, OwnerReference owner) {
    String ending = "-" + hash(owner.getUid());
    String start = prefix.orElseGet(owner::getName);
    int most = POOL_LIMIT - ending.length();
    return (start.length() <= most ? start : start.substring(0, most).replaceAll("-+$", ""))
        + ending;
  }

  /** The claim that the ephemeral volume controller makes for a node pod's directory. */
  public static String nodeClaim(String nodePod) {
    return nodePod + "-node";
  }

  /**
   * The annotations by which Cluster Autoscaler and Karpenter know whether a node pod may be
   * removed.
   *
   * @param spare whether it may
   * @param users annotations that the user gives all node pods; what is among them is left alone
   */
  public static Map<String, String> disruptionMarks(boolean spare, Map<String, String> users) {
    Map<String, String> marks = new TreeMap<>();
    marks.put(SAFE_TO_EVICT, Boolean.toString(spare));
    marks.put(DO_NOT_DISRUPT, Boolean.toString(!spare));
    marks.keySet().removeAll(users.keySet());
    return marks;
  }

  /** A label selector for the dedicated nodes of a pool: those that its scale counts. */
  public static String dedicatedNodesOf(String pool) {
    return POOL + "=" + pool + "," + ROLE + "=" + ROLE_NODE + "," + DEDICATED + "=true";
  }

  /**
   * The Service and the NetworkPolicy of a pool. A Service's name begins with a letter; a pool's
   * need not.
   */
  public static String network(String pool) {
    return "pool-" + pool;
  }

  /** What the names of all nodes and tasks of a pool end with; the cluster's own domain follows. */
  static String domain(String pool, String namespace) {
    return network(pool) + "." + namespace + ".svc";
  }

  /** The host name of a task, whatever the attempt: a name may have dots, a host name has none. */
  static String host(String task) {
    return task.indexOf('.') < 0
        ? shorten(task, "")
        : shorten(task.replace('.', '-'), "-" + hash(task));
  }

  /** The ServiceAccount, Role and RoleBinding of a job whose tasks have a token. */
  public static String account(String job) {
    return "poolwright-job-" + job;
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
