package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.task.Task;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.pods.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * One job of a cluster and its tasks, as they are at each look; for programs that are no operator.
 */
public final class LiveJob {
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  LiveJob(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /** Says in one sentence why a job cannot be read. */
  public static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message);
    }
  }

  public Job read() throws Unknown {
    Job found;
    try {
      found = client.resources(Job.class).inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      throw new Unknown("job " + name + " could not be read: " + ApiErrors.told(e));
    }
    if (found == null || found.getSpec() == null) {
      throw new Unknown("there is no job " + name + " in namespace " + namespace);
    }
    return found;
  }

  /** Its files are those of one of the job's tasks. */
  public TaskFiles files() {
    return new TaskFiles(client, namespace);
  }

  /**
   * @param id as in a list of the job's tasks
   */
  public Task task(String id) throws Unknown {
    Job job = read();
    TaskFactory spec = job.getSpec().taskFactory();
    try {
      for (String object : List.of(Names.inlineTask(name, id), id)) {
        Task found = client.resources(Task.class).inNamespace(namespace).withName(object).get();
        if (found != null && isOurs(found) && isCalled(found, id)) {
          return found;
        }
      }
    } catch (KubernetesClientException e) {
      throw new Unknown("task " + id + " could not be read: " + ApiErrors.told(e));
    }
    if (spec != null
        && spec.type() != TaskFactory.Kind.TASK_COLLECTION
        && id.matches("[0-9]{1,7}")) {
      try {
        Factory factory = factory(job, spec);
        int index = Integer.parseInt(id);
        if (index < factory.size()) {
          return new FactoryLedger(job, factory).task(index, 0);
        }
      } catch (InvalidFactory e) {
        throw new Unknown(e.below("spec.taskFactory").path() + ": " + e.getMessage());
      }
    }
    // Its object may have any name.
    List<Task> called = new ArrayList<>();
    tasks(t -> {
      if (isCalled(t, id)) {
        called.add(t);
      }
    });
    if (called.isEmpty()) {
      throw new Unknown("there is no task " + id + " in job " + name);
    }
    return called.getFirst();
  }

  /** A task that was found, as it is now: an object is not looked for among all others again. */
  Task again(Task task) throws Unknown {
    if (task.getMetadata().getUid() == null) {
      return task(task.id());
    }
    Task now;
    try {
      now = client.resource(task).inNamespace(namespace).get();
    } catch (KubernetesClientException e) {
      throw new Unknown("task " + task.id() + " could not be read: " + ApiErrors.told(e));
    }
    if (now == null || now.getSpec() == null) {
      throw new Unknown("there is no task " + task.id() + " in job " + name + " any more");
    }
    return now;
  }

  private boolean isOurs(Task task) {
    return task.getSpec() != null && name.equals(task.getSpec().jobId());
  }

  /** By its id; one that names none is known by what follows the job's name, too. */
  private boolean isCalled(Task task, String id) {
    return task.id().equals(id)
        || (task.getSpec().id() == null
            && task.getMetadata().getName().equals(Names.inlineTask(name, id)));
  }

  /**
   * The tasks of a job's factory. What the keys of a {@code TaskPerFile} are is not asked here:
   * each makes a task, with the number of its place.
   */
  public static Factory factory(Job job, TaskFactory spec) throws InvalidFactory {
    ListedFiles files = job.statusOrNew().files();
    int count = files == null || files.count() == null ? 0 : files.count();
    return spec.type() == TaskFactory.Kind.TASK_PER_FILE
        ? Factory.ofListed(spec, Collections.nCopies(count, "-"), true)
        : Factory.of(spec, null);
  }

  /** Those of its tasks that are objects, page by page. */
  public void tasks(Consumer<Task> each) throws Unknown {
    String next = null;
    do {
      KubernetesResourceList<Task> page;
      try {
        page =
            client
                .resources(Task.class)
                .inNamespace(namespace)
                .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      } catch (KubernetesClientException e) {
        throw new Unknown("the tasks of job " + name + " could not be read: " + ApiErrors.told(e));
      }
      page.getItems().stream().filter(this::isOurs).forEach(each);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}
