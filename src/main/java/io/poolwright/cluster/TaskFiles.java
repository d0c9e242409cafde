package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.cluster.LiveJob.Unknown;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.pods.TaskDirectory;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The files of one task's latest attempt, while it runs and until its retention is over: read by a
 * command in its node's pod, or in its own where nodes have no directory. Whoever asks needs the
 * right to create {@code pods/exec}.
 */
public final class TaskFiles {
  /** How often one that follows a file looks whether the task is over. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A command that ends with more than this was ended by a signal. */
  private static final int SIGNALS = 128;

  private final KubernetesClient client;
  private final String namespace;

  TaskFiles(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Where a directory is looked for. */
  private record Place(String pod, String container, String busybox) {}

  /** One line for each file: its size in bytes, when it was changed, its path. */
  public void list(Task task, OutputStream to) throws Unknown {
    read(
        task,
        to,
        "cd \"$2\" 2>/dev/null || exit %d; \"$1\" find . -type f ! -path ./.expires ! -path ./.retention"
            + " -exec \"$1\" stat -c '%%s %%y %%n' {} + | \"$1\" sed 's|^\\([^ ]*\\) \\([^ ]*\\)"
            + " \\([^. ]*\\)[^ ]* \\([^ ]*\\) [.]/|\\1 \\2 \\3 |'",
        "");
  }

  /**
   * @param path relative to the task's directory
   */
  public void get(Task task, String path, OutputStream to) throws Unknown {
    read(task, to, "cd \"$2\" 2>/dev/null || exit %d; exec \"$1\" cat -- \"$3\"", path);
  }

  /** The last lines of a file; and with {@code follow} what comes after them until it is over. */
  public void tail(Task task, String path, boolean follow, LiveJob job, OutputStream to)
      throws Unknown {
    boolean waits = follow && task.statusOrNew().stateOrActive() == TaskState.RUNNING;
    String script =
        "cd \"$2\" 2>/dev/null || exit %d; exec \"$1\" tail -n 20 "
            + (waits ? "-f " : "")
            + "-- \"$3\"";
    if (waits) {
      follow(task, to, script, path, job);
    } else {
      read(task, to, script, path);
    }
  }

  private void read(Task task, OutputStream to, String script, String path) throws Unknown {
    for (Place place : places(task)) {
      try (Running run = start(place, task, script, path, to)) {
        int code = known(run.code().get(), place);
        if (code == 0) {
          return;
        }
        if (code != TaskDirectory.ABSENT) {
          throw new Unknown(run.problem(code));
        }
      } catch (KubernetesClientException e) {
        if (!ApiErrors.isAbsent(e)) {
          throw new Unknown(unasked(place, e));
        }
      } catch (ExecutionException e) {
        throw new Unknown(unasked(place, e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Unknown("it was interrupted");
      }
    }
    throw new Unknown(gone(task));
  }

  /** The connection may end without a word of how the program did. */
  private static int known(@Nullable Integer code, Place place) throws Unknown {
    if (code == null) {
      throw new Unknown("the connection to pod " + place.pod() + " ended; try again");
    }
    return code;
  }

  private void follow(Task task, OutputStream to, String script, String path, LiveJob job)
      throws Unknown {
    for (Place place : places(task)) {
      try (Running run = start(place, task, script, path, to)) {
        Integer code = end(run, task, job);
        if (code == null) {
          return;
        }
        if (code != TaskDirectory.ABSENT) {
          throw new Unknown(run.problem(code));
        }
      } catch (KubernetesClientException e) {
        if (!ApiErrors.isAbsent(e)) {
          throw new Unknown(unasked(place, e));
        }
      } catch (ExecutionException e) {
        throw new Unknown(unasked(place, e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    throw new Unknown(gone(task));
  }

  /** What it ended with by itself; null where the task is over first. */
  private static @Nullable Integer end(Running run, Task task, LiveJob job)
      throws Unknown, ExecutionException, InterruptedException {
    while (true) {
      try {
        Integer code = run.code().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (code == null) {
          // The pod, or the way to it, went: the task may be over.
          if (job.again(task).statusOrNew().stateOrActive() == TaskState.RUNNING) {
            throw new Unknown("the connection to the pod ended; try again");
          }
          return null;
        }
        // Killed: in the task's own pod it ends with the container.
        return code > SIGNALS ? null : Integer.valueOf(code);
      } catch (TimeoutException e) {
        if (job.again(task).statusOrNew().stateOrActive() != TaskState.RUNNING) {
          return null;
        }
      }
    }
  }

  private record Running(ExecWatch watch, ByteArrayOutputStream err) implements AutoCloseable {
    CompletableFuture<Integer> code() {
      return watch.exitCode();
    }

    String problem(int code) {
      String said = err.toString(StandardCharsets.UTF_8).strip();
      return said.isEmpty() ? "the command ended with " + code : said;
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  private Running start(Place place, Task task, String script, String path, OutputStream to) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExecWatch watch =
        client
            .pods()
            .inNamespace(namespace)
            .withName(place.pod())
            .inContainer(place.container())
            .writingOutput(to)
            .writingError(err)
            .exec(
                place.busybox(),
                "sh",
                "-c",
                script.formatted(TaskDirectory.ABSENT),
                "files",
                place.busybox(),
                TaskDirectory.of(task),
                path);
    return new Running(watch, err);
  }

  private List<Place> places(Task task) throws Unknown {
    NodeInfo node = task.statusOrNew().nodeInfo();
    if (node == null) {
      Map<String, String> labels = task.getMetadata().getLabels();
      boolean ofFactory = labels != null && labels.containsKey(Names.INDEX);
      boolean begun =
          task.statusOrNew().attempts() > 0
              || task.statusOrNew().stateOrActive() == TaskState.COMPLETED;
      if (!ofFactory || !begun) {
        throw new Unknown("task " + task.id() + " has had no node yet; try again once it runs");
      }
      return List.of(found(task));
    }
    List<Place> all = new ArrayList<>();
    all.add(new Place(node.nodeId(), "node", TaskDirectory.BUSYBOX_OF_NODES));
    if (task.statusOrNew().stateOrActive() == TaskState.RUNNING) {
      String pod = Names.taskPod(task.getMetadata().getName(), task.statusOrNew().attempts());
      all.add(new Place(pod, "task", TaskDirectory.BUSYBOX_OF_TASKS));
    }
    return all;
  }

  /**
   * A factory's ledger does not say where a task was that is over: the nodes of the job's pool are
   * asked one after the other, and the latest directory is that of the latest attempt. A node that
   * cannot be asked is told of where no other has it.
   */
  private Place found(Task task) throws Unknown {
    Place latest = null;
    String unasked = null;
    long time = Long.MIN_VALUE;
    for (Pod node : nodes(task)) {
      Place place = new Place(node.getMetadata().getName(), "node", TaskDirectory.BUSYBOX_OF_NODES);
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      String script = "\"$1\" stat -c %%Y \"$2\" 2>/dev/null || exit %d";
      try (Running run = start(place, task, script, "", said)) {
        Integer code = run.code().get();
        if (code == null) {
          unasked = "the connection to pod " + place.pod() + " ended; try again";
          continue;
        }
        String seconds = said.toString(StandardCharsets.UTF_8).strip();
        if (code == 0 && seconds.matches("[0-9]{1,18}") && Long.parseLong(seconds) > time) {
          latest = place;
          time = Long.parseLong(seconds);
        }
      } catch (KubernetesClientException | ExecutionException e) {
        unasked = unasked(place, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Unknown("it was interrupted");
      }
    }
    if (latest == null) {
      throw new Unknown(unasked == null ? gone(task) : unasked);
    }
    return latest;
  }

  private static String unasked(Place place, Exception e) {
    return "pod " + place.pod() + " could not be asked: " + ApiErrors.told(e);
  }

  /** Those of the job's pool that can be asked. */
  private List<Pod> nodes(Task task) throws Unknown {
    try {
      Job job =
          client
              .resources(Job.class)
              .inNamespace(namespace)
              .withName(task.getSpec().jobId())
              .require();
      return client
          .pods()
          .inNamespace(namespace)
          .withLabel(Names.POOL, JobPool.name(job))
          .withLabel(Names.ROLE, Names.ROLE_NODE)
          .list()
          .getItems()
          .stream()
          .filter(p -> p.getStatus() != null && "Running".equals(p.getStatus().getPhase()))
          .toList();
    } catch (KubernetesClientException e) {
      throw new Unknown("the nodes of its pool could not be read: " + ApiErrors.told(e));
    }
  }

  private static String gone(Task task) {
    return "the directory of task "
        + task.id()
        + " is gone: its node is, or its retentionTime is over. With linked storage its standard"
        + " streams are at poolwright/"
        + task.getSpec().jobId()
        + "/"
        + task.id()
        + "/"
        + Math.max(1, task.statusOrNew().attempts())
        + "/";
  }
}
