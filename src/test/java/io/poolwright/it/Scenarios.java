package io.poolwright.it;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.Pool;
import io.poolwright.pods.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The scenarios of the crash sweep. */
enum Scenarios implements Scenario {
  /** A pool of two, a job of five tasks, one of which fails once. */
  RETRIES {
    private static final Map<String, Integer> RUNS =
        new TreeMap<>(Map.of("j-a", 1, "j-b", 1, "j-c", 1, "j-d", 1, "j-flaky", 2));

    @Override
    public void begin(Space space) {
      space.kubelet().script(space.name(), "j-flaky", End.first(new End.Exit(1)));
      space.pool("p", 2, 1);
      space.job("j", "p", 3, "a", "b", "flaky", "c", "d");
    }

    @Override
    public List<String> problems(Space space) {
      List<String> problems = Scenario.wellEnded(space, "j", RUNS.keySet());
      Scenario.expect(problems, "node pods", 2, space.nodePods().size());
      Scenario.expect(problems, "commands run", RUNS, Scenario.runs(space));
      space
          .tasks()
          .forEach(t ->
              Scenario.expect(
                  problems,
                  t.getMetadata().getName() + " retryCount",
                  t.getMetadata().getName().equals("j-flaky") ? 1 : 0,
                  t.statusOrNew().execution().retries()));
      return problems;
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return Scenario.above(RUNS, runs);
    }
  },

  /** A factory of fifty with retries, and a task that waits for all. */
  FACTORY {
    @Override
    public int faultsOfAKind() {
      return 16;
    }

    @Override
    public int atOnce() {
      return 5;
    }

    @Override
    public void begin(Space space) {
      FiftyTasks.begin(space);
    }

    @Override
    public List<String> problems(Space space) {
      return FiftyTasks.problems(space);
    }

    @Override
    public boolean isDone(Space space) {
      return Scenario.isOverButForOne(space, "j");
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return FiftyTasks.ranTooOften(runs);
    }
  },

  /** A task whose parent fails is failed with it, and one whose parent succeeds runs after it. */
  DEPENDENCIES {
    private static final Map<String, Integer> RUNS =
        new TreeMap<>(Map.of("j-bad", 1, "j-good", 1, "j-after", 1));

    @Override
    public int faultsOfAKind() {
      return 20;
    }

    @Override
    public void begin(Space space) {
      space.kubelet().script(space.name(), "j-bad", End.always(new End.Exit(2)));
      space.pool("p", 1, 2);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            tasks:
            - {id: bad, commandLine: work, exitConditions: {default: {dependencyAction: Fail}}}
            - {id: never, commandLine: work, dependsOn: {taskIds: [bad]}}
            - {id: good, commandLine: work}
            - {id: after, commandLine: work, dependsOn: {taskIds: [good]}}
          """);
    }

    @Override
    public List<String> problems(Space space) {
      List<String> problems = new ArrayList<>();
      Job job = space.job("j");
      Scenario.expect(problems, "job reason", "TasksFailed", Space.reason(job));
      Scenario.expect(
          problems, "counts", new TaskCounts(0, 0, 4, 2, 2), job.statusOrNew().taskCounts());
      Scenario.expect(problems, "never", "DependencyFailed", Space.reason(space.task("j-never")));
      Scenario.expect(problems, "commands run", RUNS, Scenario.runs(space));
      return problems;
    }

    @Override
    public boolean isDone(Space space) {
      return Scenario.isOverButForOne(space, "j");
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return Scenario.above(RUNS, runs);
    }
  },

  /** Two busy nodes, of which one goes with Requeue: its task runs again on the other. */
  SHRINKS_UNDER_LOAD {
    @Override
    public void begin(Space space) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.kubelet().script(space.name(), "j-b", End.first(new End.Hang()));
      space.pool("p", 2, 1);
      space.merge(Pool.class, "p", "{\"spec\":{\"nodeDeallocationOption\":\"Requeue\"}}");
      space.job("j", "p", 0, "a", "b");
    }

    @Override
    public void goOn(Space space) {
      boolean shrunk = Integer.valueOf(1).equals(space.pool("p").getSpec().targetDedicatedNodes());
      if (!shrunk && Scenario.runs(space).size() == 2) {
        space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":1}}");
      } else if (shrunk && space.nodePods().size() == 1) {
        space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
        space.kubelet().finish(space.name(), "j-b", End.SUCCESS);
      }
    }

    @Override
    public List<String> problems(Space space) {
      List<String> problems = Scenario.wellEnded(space, "j", Set.of("j-a", "j-b"));
      Scenario.expect(problems, "node pods", 1, space.nodePods().size());
      Scenario.expect(
          problems,
          "commands run",
          3,
          Scenario.runs(space).values().stream().mapToInt(Integer::intValue).sum());
      space
          .tasks()
          .forEach(t ->
              Scenario.expect(
                  problems,
                  t.getMetadata().getName() + " retryCount",
                  0,
                  t.statusOrNew().execution().retries()));
      return problems;
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      List<String> all = new ArrayList<>(Scenario.above(Map.of("j-a", 2, "j-b", 2), runs));
      if (runs.values().stream().mapToInt(Integer::intValue).sum() > 3) {
        all.add("both were stopped: " + runs);
      }
      return all;
    }
  },

  /**
   * A pool without nodes that its formula gives some, and takes them again; they have names by
   * which they reach each other.
   */
  FOLLOWS_BACKLOG {
    private static final Map<String, Integer> RUNS = new TreeMap<>(Map.of("j-a", 1, "j-b", 1));

    @Override
    public void begin(Space space) {
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: p}
          spec:
            enableAutoScale: true
            autoScaleFormula: "$TargetDedicatedNodes = min(2, max(0, $PendingTasks.GetSample(1)));"
            autoScaleEvaluationInterval: 5s
            enableInterNodeCommunication: true
            node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
          """);
      space.job("j", "p", 0, "a", "b");
    }

    // Its formula still sees the task whose record cannot be written: the node comes back.
    @Override
    public boolean isSaid(Space space) {
      return super.isSaid(space) && space.nodePods().isEmpty();
    }

    @Override
    public List<String> problems(Space space) {
      List<String> problems = Scenario.wellEnded(space, "j", RUNS.keySet());
      Scenario.expect(problems, "node pods", 0, space.nodePods().size());
      Scenario.expect(problems, "commands run", RUNS, Scenario.runs(space));
      Scenario.expect(problems, "target", 0, space.pool("p").statusOrNew().targetDedicatedNodes());
      Scenario.expect(problems, "services", List.of("pool-p"), Scenario.services(space));
      return problems;
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return Scenario.above(RUNS, runs);
    }
  },

  /** A busy node that is rebooted: its task runs again on it, and its directory is kept. */
  REBOOTS {
    @Override
    public void begin(Space space) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
    }

    @Override
    public void goOn(Space space) {
      if (Scenario.runs(space).size() != 1) {
        return;
      }
      if (space.claim("p-node-1-node") == null) {
        // For want of the controller that makes it.
        space.nodePods().forEach(space::makeClaim);
      }
      space
          .nodePods()
          .forEach(node -> {
            boolean first = node.getMetadata().getUid().equals(space.makerOf("p-node-1-node"));
            if (first && !node.getMetadata().getAnnotations().containsKey(Names.REQUEST)) {
              space.ask(node, "Reboot");
            }
          });
    }

    @Override
    public boolean isDone(Space space) {
      return super.isDone(space)
          && space.nodePods().size() == 1
          && !space
              .nodePods()
              .getFirst()
              .getMetadata()
              .getUid()
              .equals(space.makerOf("p-node-1-node"));
    }

    @Override
    public List<String> problems(Space space) {
      List<String> problems = Scenario.wellEnded(space, "j", Set.of("j-a"));
      Scenario.expect(problems, "commands run", Map.of("j-a", 2), Scenario.runs(space));
      Scenario.expect(
          problems,
          "nodes",
          List.of("p-node-1"),
          space.nodePods().stream().map(p -> p.getMetadata().getName()).toList());
      Scenario.expect(
          problems,
          "owner of the claim",
          space.nodePods().stream().map(p -> p.getMetadata().getUid()).toList(),
          space.claim("p-node-1-node").getMetadata().getOwnerReferences().stream()
              .map(OwnerReference::getUid)
              .toList());
      Scenario.expect(
          problems, "restarting", List.of(), space.pool("p").statusOrNew().restarting());
      return problems;
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return Scenario.above(Map.of("j-a", 2), runs);
    }
  },

  /** A schedule makes one job after the other, and none twice. */
  SCHEDULES {
    @Override
    public int faultsOfAKind() {
      return 20;
    }

    @Override
    public void begin(Space space) {
      ScheduledRuns.begin(space);
    }

    @Override
    public void goOn(Space space) {
      ScheduledRuns.goOn(space);
    }

    @Override
    public boolean isDone(Space space) {
      return ScheduledRuns.isDone(space);
    }

    @Override
    public boolean isSaid(Space space) {
      return ScheduledRuns.isSaid(space);
    }

    @Override
    public List<String> problems(Space space) {
      return ScheduledRuns.problems(space);
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return ScheduledRuns.ranTooOften(runs);
    }
  },

  /** A task with three nodes at once, of which one fails the first time. */
  GANG {
    @Override
    public int faultsOfAKind() {
      return 12;
    }

    @Override
    public void begin(Space space) {
      Gang.begin(space);
    }

    @Override
    public List<String> problems(Space space) {
      return Gang.problems(space);
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return Gang.ranTooOften(runs);
    }
  },

  /** Nodes are prepared before the job's tasks, and released when it is over. */
  PREPARES {
    @Override
    public int faultsOfAKind() {
      return 24;
    }

    @Override
    public void begin(Space space) {
      PreparedNodes.begin(space);
    }

    @Override
    public boolean isDone(Space space) {
      return super.isDone(space) && PreparedNodes.areLeft(space);
    }

    @Override
    public List<String> problems(Space space) {
      return PreparedNodes.problems(space);
    }

    @Override
    public List<String> ranTooOften(Map<String, Integer> runs) {
      return PreparedNodes.ranTooOften(runs);
    }
  };

  @Override
  public boolean isDone(Space space) {
    return Scenario.jobIsOver(space, "j");
  }

  @Override
  public boolean isSaid(Space space) {
    return Scenario.poolIsSteadyAndUnused(space, "p");
  }
}
