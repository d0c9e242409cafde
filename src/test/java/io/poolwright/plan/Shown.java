package io.poolwright.plan;

import io.poolwright.plan.job.AutoPool;
import io.poolwright.plan.job.JobPlan;
import io.poolwright.plan.job.PreparationPlan;
import io.poolwright.plan.jobschedule.SchedulePlan;
import io.poolwright.plan.jobschedule.SchedulePlan.NewJob;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.plan.task.Outcome;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.plan.task.Verdict;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PreparedSeen;
import io.poolwright.snapshot.ScheduleSeen.ScheduledJob;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Plans as a person reads them in a golden file. */
public final class Shown {
  private Shown() {}

  public static Map<String, Object> of(TaskPlan plan) {
    Map<String, Object> shown = new LinkedHashMap<>();
    put(shown, "steps", plan.steps().stream().map(Shown::step).toList());
    put(shown, "say", plan.say());
    put(shown, "events", plan.events().stream().map(Shown::event).toList());
    put(shown, "again", time(plan.again()));
    shown.put("runnable", plan.runnable());
    return shown;
  }

  public static Map<String, Object> of(JobPlan plan) {
    Map<String, Object> shown = new LinkedHashMap<>();
    put(shown, "create", range(plan.create()));
    put(shown, "say", plan.say());
    put(shown, "progressOnly", plan.progressOnly() ? Boolean.TRUE : null);
    put(shown, "events", plan.events().stream().map(Shown::event).toList());
    put(shown, "pool", step(plan.pool()));
    put(shown, "again", time(plan.again()));
    return orNothing(shown);
  }

  public static Map<String, Object> of(SchedulePlan plan) {
    Map<String, Object> shown = new LinkedHashMap<>();
    NewJob create = plan.create();
    put(shown, "create", create == null ? null : create.name() + " for " + create.start());
    put(shown, "terminate", plan.terminate().stream().map(ScheduledJob::name).toList());
    put(shown, "delete", plan.delete().stream().map(ScheduledJob::name).toList());
    put(shown, "remove", plan.remove().stream().map(p -> p.getMetadata().getName()).toList());
    put(shown, "say", plan.say());
    put(shown, "events", plan.events().stream().map(Shown::event).toList());
    put(shown, "again", time(plan.again()));
    return shown;
  }

  public static Map<String, Object> of(PoolPlan plan) {
    Map<String, Object> shown = new LinkedHashMap<>();
    put(shown, "create", numbers(plan, false));
    put(shown, "createSpot", numbers(plan, true));
    put(
        shown,
        "createWithOldDirectory",
        range(
            plan.create().stream()
                .filter(PoolPlan.NewNode::keepsDirectory)
                .map(PoolPlan.NewNode::number)
                .toList()));
    put(shown, "mark", plan.mark().stream().map(m -> m.node().name() + " " + m.how()).toList());
    put(
        shown,
        "adopt",
        plan.adopt().stream()
            .map(a -> {
              PodSeen by = a.by();
              return a.claim() + " by " + (by == null ? "the pool" : pod(by));
            })
            .toList());
    put(shown, "wake", plan.wake());
    put(shown, "delete", plan.delete().stream().map(PodSeen::name).toList());
    put(
        shown,
        "show",
        plan.show().stream()
            .map(s -> s.pod().name() + " as " + s.state() + (s.spare() ? ", to spare" : ""))
            .toList());
    put(shown, "assign", plan.assign().stream().map(Shown::assigned).toList());
    put(
        shown,
        "hold",
        plan.hold().stream()
            .map(h -> h.task() + " of " + h.waits().job() + " for " + h.node())
            .toList());
    put(
        shown,
        "preempt",
        plan.preempt().stream().map(p -> p.attempt().pod() + " for " + p.task()).toList());
    put(shown, "wantsAttempts", plan.wantsAttempts() ? Boolean.TRUE : null);
    put(
        shown,
        "resize",
        plan.resize().stream()
            .map(r -> r.pod().name() + " " + r.container() + " " + new TreeMap<>(r.requests()))
            .toList());
    put(shown, "say", plan.say());
    put(shown, "events", plan.events().stream().map(Shown::event).toList());
    put(shown, "again", time(plan.again()));
    return orNothing(shown);
  }

  public static Map<String, Object> of(Verdict verdict) {
    return switch (verdict) {
      case Verdict.UnderWay underWay -> Map.of("verdict", "UnderWay");
      case Verdict.Quiet quiet -> {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("verdict", "Quiet");
        shown.put("until", quiet.until().toString());
        yield shown;
      }
      case Verdict.Unreachable unreachable -> Map.of("verdict", "Unreachable");
      case Verdict.Held held -> {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("verdict", "Held");
        put(shown, "message", held.message());
        put(shown, "until", held.until() == null ? null : held.until().toString());
        yield shown;
      }
      case Verdict.TooLate late -> {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("verdict", "TooLate");
        shown.put("message", late.message());
        yield shown;
      }
      case Verdict.Ended ended -> {
        Outcome outcome = ended.outcome();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("verdict", "Ended");
        shown.put("kind", outcome.kind().name());
        put(shown, "exitCode", outcome.exitCode());
        put(shown, "startedAt", outcome.startedAt());
        put(shown, "endedAt", outcome.endedAt());
        put(shown, "failure", outcome.failure());
        put(shown, "warning", outcome.warning());
        yield shown;
      }
    };
  }

  public static Map<String, Object> of(PreparationPlan plan, PreparedSeen job) {
    Map<String, Object> shown = new LinkedHashMap<>();
    put(shown, "steps", plan.steps().stream().map(Shown::step).toList());
    put(
        shown,
        "create",
        plan.create().stream().map(m -> m.kind() + " " + m.attempt() + " on " + m.node()).toList());
    put(shown, "ledger", plan.ledger());
    put(shown, "open", job.open() == 0 ? null : Integer.valueOf(job.open()));
    put(shown, "trouble", plan.trouble());
    put(shown, "note", plan.note());
    put(shown, "events", plan.events().stream().map(Shown::event).toList());
    put(shown, "again", time(plan.again()));
    return orNothing(shown);
  }

  private static Map<String, Object> orNothing(Map<String, Object> shown) {
    return shown.isEmpty() ? Map.of("nothing", "to do") : shown;
  }

  private static void put(Map<String, Object> shown, String name, @Nullable Object value) {
    if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
      shown.put(name, value);
    }
  }

  private static @Nullable String time(@Nullable Duration again) {
    return again == null ? null : again.toString();
  }

  private static @Nullable String numbers(PoolPlan plan, boolean spot) {
    return range(
        plan.create().stream()
            .filter(n -> n.spot() == spot)
            .map(PoolPlan.NewNode::number)
            .toList());
  }

  /** Ranges of one step are shown by their ends. */
  private static @Nullable String range(List<Integer> numbers) {
    if (numbers.isEmpty()) {
      return null;
    }
    return numbers.size() == 1
        ? numbers.getFirst().toString()
        : numbers.getFirst() + " to " + numbers.getLast();
  }

  private static String assigned(Assigned one) {
    return one.task() + " on " + one.node();
  }

  private static String event(EventToSay event) {
    return (event.warning() ? "Warning " : "Normal ") + event.reason() + ": " + event.message();
  }

  private static String step(TaskPlan.Step step) {
    return switch (step) {
      case TaskPlan.LetGo go -> "let go " + pod(go.pod());
      case TaskPlan.Release release ->
          "release " + (release.delete() ? "and delete " : "and keep ") + pod(release.pod());
      case TaskPlan.Stop stop -> "stop " + pod(stop.pod());
      case TaskPlan.AskForPod ask -> "ask for " + ask.name() + " " + ask.uid();
    };
  }

  private static String pod(PodSeen pod) {
    return pod.name() + " " + pod.uid();
  }

  private static @Nullable String step(AutoPool.@Nullable Step step) {
    return switch (step) {
      case null -> null;
      case AutoPool.Make make ->
          "make "
              + make.pool().getMetadata().getName()
              + (make.pool().getMetadata().getOwnerReferences().isEmpty() ? " to stay" : "");
      case AutoPool.Own own ->
          (own.owned() ? "own " : "disown ") + own.pool().getMetadata().getName();
      case AutoPool.Change change -> "change " + change.pool().getMetadata().getName();
      case AutoPool.Remove remove -> "remove " + remove.pool().getMetadata().getName();
    };
  }
}
