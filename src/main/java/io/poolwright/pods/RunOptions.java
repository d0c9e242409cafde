package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.EnvironmentSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Azure's {@code containerRunOptions}, options of {@code docker create} in one line: those that a
 * pod has. All others are refused, each with what one does instead.
 *
 * @param sharedMemory the size of /dev/shm; null for the runtime's own
 */
public record RunOptions(
    @Nullable Long user,
    @Nullable Long group,
    @Nullable String workingDirectory,
    List<EnvironmentSetting> environment,
    List<String> addedCapabilities,
    List<String> droppedCapabilities,
    boolean readOnlyRoot,
    @Nullable Quantity sharedMemory) {

  private static final Pattern IDS = Pattern.compile("([0-9]{1,9})(?::([0-9]{1,9}))?");
  private static final Pattern SIZE = Pattern.compile("0*([1-9][0-9]{0,11})([bkmg]?)b?");
  private static final Pattern CAPABILITY = Pattern.compile("[A-Z][A-Z0-9_]{1,40}");
  private static final Pattern VARIABLE = Pattern.compile("(?s)([A-Za-z_][A-Za-z0-9_.-]*)=(.*)");

  /** Docker's letters, each with the name that it stands for. */
  private static final Map<String, String> LETTERS =
      Map.ofEntries(
          Map.entry("-e", "--env"),
          Map.entry("-u", "--user"),
          Map.entry("-w", "--workdir"),
          Map.entry("-v", "--volume"),
          Map.entry("-m", "--memory"),
          Map.entry("-c", "--cpu-shares"),
          Map.entry("-h", "--hostname"),
          Map.entry("-p", "--publish"),
          Map.entry("-l", "--label"));

  private static final String VOLUMES =
      "volumes are mountConfiguration of the pool, and files are resourceFiles";
  private static final String SHARE =
      "a task has its slots' share of node.size; give it requiredSlots or resources, or the pool a larger node";
  private static final String DEVICES =
      "resources of a task names its devices, for example nvidia.com/gpu: 1; other commands have none";
  private static final String APART = "a pod shares nothing of its machine; leave it out";

  private static final Map<String, String> REMEDIES =
      Map.ofEntries(
          Map.entry("--volume", VOLUMES),
          Map.entry("--mount", VOLUMES),
          Map.entry("--volumes-from", VOLUMES),
          Map.entry("--tmpfs", VOLUMES),
          Map.entry("--memory", SHARE),
          Map.entry("--cpus", SHARE),
          Map.entry("--cpu-shares", SHARE),
          Map.entry("--ipc", APART),
          Map.entry("--pid", APART),
          Map.entry("--uts", APART),
          Map.entry("--userns", APART),
          Map.entry(
              "--network",
              "a pod has the cluster's network; enableInterNodeCommunication of the pool gives names"),
          Map.entry(
              "--net",
              "a pod has the cluster's network; enableInterNodeCommunication of the pool gives names"),
          Map.entry(
              "--hostname", "enableInterNodeCommunication of the pool gives each task a name"),
          Map.entry("--privileged", "name the capabilities that the command needs with --cap-add"),
          Map.entry("--security-opt", "node.template.securityContext of the pool says that"),
          Map.entry("--group-add", "node.template.securityContext.supplementalGroups of the pool"),
          Map.entry("--sysctl", "node.template.securityContext.sysctls of the pool"),
          Map.entry("--runtime", "node.template.runtimeClassName of the pool"),
          Map.entry("--entrypoint", "command or commandLine takes the place of the image's own"),
          Map.entry("--env-file", "environmentSettings"),
          Map.entry("--restart", "constraints.maxTaskRetryCount says how often it is tried again"),
          Map.entry("--gpus", DEVICES),
          Map.entry("--device", DEVICES));

  private static final String KNOWN =
      "a pod has no such option; leave it out. There are --cap-add, --cap-drop, --env, --read-only, --shm-size, --user and --workdir";

  private static final RunOptions NONE =
      new RunOptions(null, null, null, List.of(), List.of(), List.of(), false, null);

  /**
   * @param line null where nothing is said
   * @throws IllegalArgumentException naming the option and what one does instead
   */
  public static RunOptions parse(@Nullable String line) {
    return line == null ? NONE : new Reading(CommandLine.split(line)).all();
  }

  /** Word by word. */
  private static final class Reading {
    private final List<String> words;
    private int at;

    private @Nullable Long user;
    private @Nullable Long group;
    private @Nullable String workingDirectory;
    private final List<EnvironmentSetting> environment = new ArrayList<>();
    private final List<String> added = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private boolean readOnly;
    private @Nullable Quantity sharedMemory;

    Reading(List<String> words) {
      this.words = words;
    }

    RunOptions all() {
      while (at < words.size()) {
        option(words.get(at++));
      }
      return new RunOptions(
          user,
          group,
          workingDirectory,
          List.copyOf(environment),
          List.copyOf(added),
          List.copyOf(dropped),
          readOnly,
          sharedMemory);
    }

    private void option(String word) {
      if (!word.startsWith("-")) {
        throw new IllegalArgumentException(
            word + ": is no option; the image is imageName, the command commandLine");
      }
      int equals = word.indexOf('=');
      String written = equals < 0 ? word : word.substring(0, equals);
      @Nullable String value = equals < 0 ? null : word.substring(equals + 1);
      if (!word.startsWith("--") && word.length() > 2) {
        // As Docker takes it: -u7 and -u=7 are -u 7.
        written = word.substring(0, 2);
        value = word.substring(word.charAt(2) == '=' ? 3 : 2);
      }
      String name = LETTERS.getOrDefault(written, written);
      switch (name) {
        case "--user" -> user(given(name, value));
        case "--workdir" -> workingDirectory(given(name, value));
        case "--env" -> environment(given(name, value));
        case "--cap-add" -> added.add(capability(name, given(name, value)));
        case "--cap-drop" -> dropped.add(capability(name, given(name, value)));
        case "--shm-size" -> sharedMemory(given(name, value));
        case "--read-only" -> readOnly = flag(name, value);
        // It is so anyway: a task's container goes with its pod.
        case "--rm" -> flag(name, value);
        default ->
            throw new IllegalArgumentException(written + ": " + REMEDIES.getOrDefault(name, KNOWN));
      }
    }

    private String given(String name, @Nullable String value) {
      if (value != null) {
        return value;
      }
      if (at == words.size()) {
        throw new IllegalArgumentException(name + ": its value is missing");
      }
      return words.get(at++);
    }

    private static boolean flag(String name, @Nullable String value) {
      return switch (value) {
        case null -> true;
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException(name + ": " + value + " is no yes or no");
      };
    }

    private void user(String value) {
      Matcher ids = IDS.matcher(value);
      if (!ids.matches()) {
        throw new IllegalArgumentException(
            "--user: "
                + value
                + " is no number; give the user's, or USER:GROUP as two: a pod knows no names of an image");
      }
      user = Long.valueOf(ids.group(1));
      group = ids.group(2) == null ? null : Long.valueOf(ids.group(2));
    }

    private void workingDirectory(String value) {
      if (!value.startsWith("/")) {
        throw new IllegalArgumentException("--workdir: " + value + " does not begin with '/'");
      }
      workingDirectory = value;
    }

    private void environment(String value) {
      Matcher variable = VARIABLE.matcher(value);
      if (!variable.matches()) {
        throw new IllegalArgumentException(
            "--env: " + value + " is not NAME=VALUE; nothing is taken over from the machine");
      }
      environment.add(new EnvironmentSetting(variable.group(1), variable.group(2)));
    }

    private static String capability(String name, String value) {
      String upper = value.toUpperCase(Locale.ROOT);
      String bare = upper.startsWith("CAP_") ? upper.substring(4) : upper;
      if (!CAPABILITY.matcher(bare).matches()) {
        throw new IllegalArgumentException(
            name + ": " + value + " is no capability; one is for example NET_ADMIN");
      }
      return bare;
    }

    private void sharedMemory(String value) {
      Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT));
      if (!size.matches()) {
        throw new IllegalArgumentException(
            "--shm-size: " + value + " is no size; one is for example 512m or 2g");
      }
      String unit =
          switch (size.group(2)) {
            case "k" -> "Ki";
            case "m" -> "Mi";
            case "g" -> "Gi";
            default -> "";
          };
      sharedMemory = new Quantity(size.group(1), unit);
    }
  }
}
