package io.poolwright.plan.task;

import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.api.task.TaskStatus.SubtaskState;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.task.TaskPlan.Step;
import io.poolwright.pods.JobPool;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a multi-instance task (section 9 of the reference): its members live and end
 * together. The first end of any of them is the end of all; the attempt is over, and recorded once,
 * when none of them runs or can start any more.
 */
final class GangLife {
  /** Coordination commands that take no longer are not worth a word. */
  private static final Duration FIRST_WORDS = Duration.ofSeconds(10);

  private final TaskSeen seen;
  private final TaskStatus status;
  private final LedgerEntry ledger;
  private final List<Step> steps;
  private final List<EventToSay> events;
  private final List<Member> members = new ArrayList<>();

  /**
   * The primary, which is 0, or a subtask.
   *
   * @param pod null where there is none
   * @param verdict null behind the gate, and where there is no pod
   * @param outcome null while it can do anything
   */
  private record Member(
      int id,
      String node,
      String podName,
      String uid,
      @Nullable PodSeen pod,
      @Nullable Verdict verdict,
      @Nullable Outcome outcome) {

    boolean ready() {
      return command().map(ContainerSeen::ready).orElse(false);
    }

    Optional<ContainerSeen> command() {
      return pod == null ? Optional.empty() : pod.container("task");
    }

    /** Also one whose logs are still being stored: its command is over. */
    boolean over() {
      return outcome != null
          || (id > 0 && command().flatMap(ContainerSeen::terminated).isPresent());
    }

    boolean disrupted() {
      return pod == null || pod.disrupted() || verdict instanceof Verdict.Unreachable;
    }

    Outcome.@Nullable Kind kind() {
      return outcome == null ? null : outcome.kind();
    }

    String named() {
      return id == 0 ? "The primary on node " + node : "Subtask " + id + " on node " + node;
    }
  }

  GangLife(
      TaskSeen seen,
      Attempt attempt,
      LedgerEntry ledger,
      List<Step> steps,
      List<EventToSay> events) {
    this.seen = seen;
    this.status = seen.task().statusOrNew();
    this.ledger = ledger;
    this.steps = steps;
    this.events = events;
    String node = status.nodeInfo() == null ? "?" : status.nodeInfo().nodeId();
    members.add(member(0, node, attempt.podName(), attempt.podUid()));
    status
        .subtasks()
        .forEach(s -> members.add(member(s.id(), s.nodeId(), s.podName(), s.podUid())));
  }

  /**
   * What a task says that waits for its nodes; empty where nobody knows yet that it has to. How
   * many are free changes with each task of others that begins or ends: each that waits would write
   * it each time.
   */
  static Optional<String> waits(TaskSeen seen) {
    return seen.scarce()
        ? Optional.of(
            "Waits for "
                + seen.task().getSpec().instances()
                + " free nodes of pool "
                + (seen.job() == null ? "?" : JobPool.name(seen.job()))
                + " at once")
        : Optional.empty();
  }

  private Member member(int id, String node, String podName, String uid) {
    PodSeen pod = seen.pods().stream().filter(p -> p.uid().equals(uid)).findFirst().orElse(null);
    if (pod == null) {
      Outcome lost = Outcome.disrupted("Pod " + podName + " is gone and took its end with it");
      return new Member(
          id, node, podName, uid, null, null, seen.gone().contains(uid) ? lost : null);
    }
    if (pod.gated()) {
      Outcome never = Outcome.disrupted("The pod was deleted before it was let go");
      return new Member(id, node, podName, uid, pod, null, pod.deleting() ? never : null);
    }
    Verdict verdict =
        PullTrouble.explained(
            Verdict.of(
                ResourceTrouble.explained(pod, seen.task()), seen.startTimeout(), seen.now()),
            seen.task(),
            seen.pool());
    return new Member(
        id,
        node,
        podName,
        uid,
        pod,
        verdict,
        verdict instanceof Verdict.Ended ended ? ended.outcome() : null);
  }

  TaskPlan decide() {
    List<Member> unknown =
        members.stream().filter(m -> m.pod() == null && m.outcome() == null).toList();
    if (!unknown.isEmpty()) {
      unknown.forEach(m -> steps.add(new TaskPlan.AskForPod(m.podName(), m.uid())));
      return plan(null, null);
    }
    boolean ends =
        ledger.mustStop()
            || members.stream()
                .anyMatch(m -> m.outcome() != null || m.verdict() instanceof Verdict.TooLate);
    return ends ? end() : goOn();
  }

  /** All that is left of it is stopped; a pod that is being deleted is not bound any more. */
  private TaskPlan end() {
    boolean success = members.getFirst().kind() == Outcome.Kind.SUCCESS;
    List<Member> left =
        members.stream()
            .filter(m -> !m.over())
            // Nothing follows a success that its machine could disturb when it comes back.
            .filter(m -> !(success && m.verdict() instanceof Verdict.Unreachable))
            .toList();
    members.stream()
        .filter(m -> !m.over() && m.pod() != null && !m.pod().deleting())
        .forEach(m -> steps.add(new TaskPlan.Stop(m.pod())));
    if (left.isEmpty()) {
      return plan(ledger.after(outcome(), events).withSubtasks(ended()), null);
    }
    return plan(
        left.stream()
            .filter(m -> m.verdict() instanceof Verdict.Unreachable)
            .findFirst()
            .map(m -> ledger.saying(Reason.NodeUnreachable, silent(m)))
            .orElse(null),
        null);
  }

  private static String silent(Member member) {
    PodSeen pod = member.pod();
    return member.named()
        + ": machine "
        + (pod == null ? "?" : pod.machine())
        + " does not answer. The task runs again once Kubernetes has removed pod "
        + member.podName();
  }

  /** The primary's end, unless it is only what followed from another's. */
  private Outcome outcome() {
    Member primary = members.getFirst();
    Outcome own = primary.outcome();
    if (own == null) {
      own = Outcome.disrupted("The primary was stopped");
    }
    List<Member> others = members.subList(1, members.size());
    Optional<Member> lost =
        others.stream().filter(Member::disrupted).filter(m -> m.id() > 0).findFirst();
    return switch (own.kind()) {
      case SUCCESS, FINAL -> own;
      case FAILED -> lost.isPresent() ? of(lost.get(), own) : own;
      case DISRUPTED -> {
        Optional<Member> guilty =
            primary.disrupted()
                ? Optional.empty()
                : others.stream()
                    .filter(m -> m.kind() == Outcome.Kind.FAILED || m.kind() == Outcome.Kind.FINAL)
                    .findFirst();
        Outcome otherwise = own;
        yield guilty.or(() -> lost).map(m -> of(m, otherwise)).orElse(own);
      }
    };
  }

  /** What another member's end is to the task: its exit code is not the task's. */
  private static Outcome of(Member member, Outcome primary) {
    Outcome outcome = member.outcome();
    String what = outcome == null ? "its machine does not answer" : outcome.message();
    String message = member.named() + ": " + what;
    if (outcome == null || outcome.kind() == Outcome.Kind.DISRUPTED) {
      return Outcome.disrupted(message);
    }
    return new Outcome(
        outcome.kind(),
        null,
        primary.startedAt(),
        outcome.endedAt(),
        outcome.failure() == null ? null : outcome.failure().saying(message),
        outcome.warning());
  }

  private TaskPlan goOn() {
    members.stream()
        .map(Member::pod)
        .filter(p -> p != null && p.gated())
        .forEach(p -> steps.add(new TaskPlan.LetGo(p)));
    Optional<Member> held = with(Verdict.Held.class);
    if (held.isPresent() && held.get().verdict() instanceof Verdict.Held why) {
      return plan(
          ledger.saying(Reason.Starting, held.get().named() + ": " + why.message()),
          until(why.until()));
    }
    Optional<Member> silent = with(Verdict.Unreachable.class);
    if (silent.isPresent()) {
      return plan(ledger.saying(Reason.NodeUnreachable, silent(silent.get())), null);
    }
    Duration quiet =
        members.stream()
            .flatMap(
                m -> m.verdict() instanceof Verdict.Quiet q ? Stream.of(q.until()) : Stream.empty())
            .min(Instant::compareTo)
            .map(this::until)
            .orElse(null);
    return coordinating(quiet);
  }

  private Optional<Member> with(Class<? extends Verdict> kind) {
    return members.stream().filter(m -> kind.isInstance(m.verdict())).findFirst();
  }

  /** A container of a member is ready once its coordination command has succeeded. */
  private TaskPlan coordinating(@Nullable Duration quiet) {
    // A probe that is late some time afterwards takes nothing back.
    boolean done = status.subtasks().stream().allMatch(s -> s.state() == SubtaskState.RUNNING);
    List<Member> late = members.stream().filter(m -> !done && !m.ready()).toList();
    if (late.isEmpty()) {
      return plan(underWay(), null);
    }
    boolean allRun =
        members.stream().allMatch(m -> m.pod() != null && m.pod().phase() == PodSeen.Phase.RUNNING);
    if (!allRun) {
      return plan(null, quiet);
    }
    Instant since =
        members.stream()
            .flatMap(m -> m.command().stream())
            .flatMap(c -> c.state() instanceof PodSeen.Running r ? Stream.of(r) : Stream.empty())
            .flatMap(r -> Optional.ofNullable(r.startedAt()).map(Instant::parse).stream())
            .max(Instant::compareTo)
            .orElse(seen.now());
    Instant words = since.plus(FIRST_WORDS);
    if (words.isAfter(seen.now())) {
      return plan(null, until(words));
    }
    String who =
        String.join(", ", late.stream().limit(5).map(m -> m.id() + " (" + m.node() + ")").toList());
    return plan(
        ledger.saying(
            Reason.Coordinating,
            "The coordination command has not returned on "
                + late.size()
                + " of "
                + members.size()
                + " nodes, by subtask: "
                + who
                + (late.size() > 5 ? ", …" : "")),
        null);
  }

  private @Nullable TaskStatus underWay() {
    List<Subtask> now =
        status.subtasks().stream()
            .map(s -> s.state() == SubtaskState.RUNNING ? s : running(s, members.get(s.id())))
            .toList();
    boolean said = Conditions.says(status.conditions(), Reason.Running, ledger.runningOn());
    TaskStatus say = said ? null : ledger.saying(Reason.Running, ledger.runningOn());
    return now.equals(status.subtasks()) ? say : (say == null ? status : say).withSubtasks(now);
  }

  private static Subtask running(Subtask subtask, Member member) {
    String start =
        member
            .command()
            .flatMap(c ->
                c.state() instanceof PodSeen.Running r
                    ? Optional.ofNullable(r.startedAt())
                    : Optional.empty())
            .orElse(null);
    return new Subtask(
        subtask.id(),
        subtask.nodeId(),
        subtask.podName(),
        subtask.podUid(),
        SubtaskState.RUNNING,
        start,
        null,
        null);
  }

  private List<Subtask> ended() {
    return status.subtasks().stream().map(s -> ended(s, members.get(s.id()))).toList();
  }

  private Subtask ended(Subtask subtask, Member member) {
    Optional<Terminated> end = member.command().flatMap(ContainerSeen::terminated);
    return new Subtask(
        subtask.id(),
        subtask.nodeId(),
        subtask.podName(),
        subtask.podUid(),
        SubtaskState.COMPLETED,
        end.map(Terminated::startedAt).orElse(subtask.startTime()),
        end.map(Terminated::finishedAt).orElse(seen.now().toString()),
        end.map(Terminated::exitCode).orElse(null));
  }

  private @Nullable Duration until(@Nullable Instant time) {
    return time == null || time.isBefore(seen.now())
        ? null
        : Duration.between(seen.now(), time).plusSeconds(1);
  }

  private TaskPlan plan(@Nullable TaskStatus say, @Nullable Duration again) {
    return new TaskPlan(steps, say, events, again, false);
  }
}
