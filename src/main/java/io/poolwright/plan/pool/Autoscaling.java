package io.poolwright.plan.pool;

import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.pool.PoolStatus.AutoScaleError;
import io.poolwright.api.pool.PoolStatus.AutoScaleRun;
import io.poolwright.autoscale.Evaluation;
import io.poolwright.autoscale.Formula;
import io.poolwright.autoscale.FormulaError;
import io.poolwright.autoscale.Surroundings;
import io.poolwright.plan.EventToSay;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When the formula of a pool is evaluated and its variables are sampled, and what comes of it
 * (sections 3.6.1 and 3.6.7). A failing evaluation changes nothing but what is said of it.
 */
public final class Autoscaling {
  /** No formula is evaluated more often, however often its pool is looked at. */
  static final Duration GAP = Duration.ofSeconds(5);

  static final Duration SHORTEST = GAP;
  static final Duration LONGEST = Duration.ofDays(7);

  private final PoolSeen seen;
  private final PoolSpec spec;
  private final PoolStatus status;
  private final Demand demand;
  private final Instant now;

  private Autoscaling(PoolSeen seen, List<PoolNode> nodes) {
    this.seen = seen;
    this.spec = seen.pool().getSpec();
    this.status = seen.pool().statusOrNew();
    this.demand = new Demand(seen.load(), seen.waiting(), nodes, spec.slotsPerNode());
    this.now = seen.now();
  }

  /**
   * What the pool is to be, and what is to be remembered.
   *
   * @param run the last evaluation, be it of now or of before
   * @param again when there is something to do next; null where the pool has no formula
   */
  record Decided(
      int dedicated,
      int lowPriority,
      NodeDeallocationOption how,
      @Nullable AutoScaleRun run,
      SampleLog samples,
      List<EventToSay> events,
      @Nullable Duration again) {}

  static Decided decide(PoolSeen seen, List<PoolNode> nodes) {
    PoolSpec spec = seen.pool().getSpec();
    PoolStatus status = seen.pool().statusOrNew();
    Autoscaling autoscaling = new Autoscaling(seen, nodes);
    if (!spec.autoScales()) {
      return new Decided(
          orPresent(spec.targetDedicatedNodes(), status.targetDedicatedNodes()),
          orPresent(spec.targetLowPriorityNodes(), status.targetLowPriorityNodes()),
          spec.deallocation(),
          null,
          SampleLog.EMPTY,
          List.of(),
          null);
    }
    return autoscaling.decide();
  }

  private static int orPresent(@Nullable Integer wanted, @Nullable Integer present) {
    return wanted != null ? wanted : present == null ? 0 : present;
  }

  private Decided decide() {
    SampleLog log = SampleLog.read(status.autoScaleSamples());
    Instant sampled = log.last().orElse(Instant.MIN);
    boolean sampleDue = !sampled.plus(seen.samplePeriod()).isAfter(now) || sampled.isAfter(now);
    boolean grown = demand.hasGrownSince(log);
    AutoScaleRun last = status.autoScaleRun();
    boolean evaluate = isDue(last, sampleDue || isNews(last, log));
    if (sampleDue || (evaluate && grown)) {
      log = log.add(now, demand.readings());
    }
    Decided before =
        new Decided(
            orPresent(null, status.targetDedicatedNodes()),
            orPresent(null, status.targetLowPriorityNodes()),
            option(last),
            last,
            log,
            List.of(),
            null);
    Decided decided = evaluate ? evaluated(before) : before;
    return new Decided(
        decided.dedicated(),
        decided.lowPriority(),
        decided.how(),
        decided.run(),
        decided.samples(),
        decided.events(),
        again(decided.run(), log));
  }

  private NodeDeallocationOption option(@Nullable AutoScaleRun run) {
    return run == null || run.nodeDeallocationOption() == null
        ? spec.deallocation()
        : run.nodeDeallocationOption();
  }

  /**
   * At once for a new formula and while tasks wait that no slot can take; otherwise at its
   * interval. One that cannot be read waits until it is another, or the operator one that can.
   */
  private boolean isDue(@Nullable AutoScaleRun last, boolean news) {
    if (last == null) {
      return true;
    }
    Duration age = Duration.between(Instant.parse(last.timestamp()), now);
    if (age.isNegative()) {
      return true;
    }
    if (!isOfThis(last)) {
      return age.compareTo(GAP) >= 0;
    }
    if (cannotBeRead(last)) {
      return Formula.parse(text()) instanceof Formula;
    }
    return age.compareTo(interval()) >= 0
        || (news && demand.isBacklog() && age.compareTo(GAP) >= 0);
  }

  /** Whether there is what the last evaluation cannot have seen. */
  private boolean isNews(@Nullable AutoScaleRun last, SampleLog log) {
    return demand.hasGrownSince(log)
        || (last != null
            && log.last().orElse(Instant.MIN).isAfter(Instant.parse(last.timestamp())));
  }

  /**
   * Whether nothing has changed since that could make it another. An edit of something else is no
   * reason to evaluate a formula that may halve the pool each time; but what one that failed was in
   * want of may be there now.
   */
  private boolean isOfThis(AutoScaleRun run) {
    boolean sameSpec =
        Objects.equals(run.observedGeneration(), seen.pool().getMetadata().getGeneration());
    if (run.formulaHash() == null) {
      return sameSpec;
    }
    boolean sameFormula = run.formulaHash().equals(hash());
    return sameFormula && (sameSpec || run.error() == null || cannotBeRead(run));
  }

  private String text() {
    return Objects.requireNonNull(spec.autoScaleFormula());
  }

  /** Java lays down what it is, so that it outlives the operator. */
  private String hash() {
    return Integer.toHexString(text().hashCode());
  }

  private static boolean cannotBeRead(AutoScaleRun run) {
    return run.error() != null && FormulaError.isOfText(run.error().code());
  }

  private Duration interval() {
    Duration wanted = spec.evaluationInterval();
    return wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
  }

  private Decided evaluated(Decided before) {
    Evaluation evaluation =
        Formula.evaluate(
            text(),
            new Surroundings(
                now,
                before.dedicated(),
                before.lowPriority(),
                theirs(spec.deallocation()),
                before.samples().samples()));
    AutoScaleError error = refusal(spec, evaluation).orElse(null);
    if (error != null) {
      AutoScaleRun run = run(evaluation.results(), error, before.how());
      return new Decided(
          before.dedicated(),
          before.lowPriority(),
          before.how(),
          run,
          before.samples(),
          failed(before.run(), error),
          null);
    }
    int dedicated = orPresent(evaluation.dedicated(), before.dedicated());
    int lowPriority = orPresent(evaluation.lowPriority(), before.lowPriority());
    NodeDeallocationOption how = ours(evaluation.nodeDeallocationOption());
    return new Decided(
        dedicated,
        lowPriority,
        how,
        run(evaluation.results(), null, how),
        before.samples(),
        resized(before, dedicated, lowPriority),
        null);
  }

  /** What a formula of this pool would see, of what its status keeps. */
  public static Surroundings surroundingsOf(Pool pool, Instant now) {
    PoolStatus status = pool.statusOrNew();
    return new Surroundings(
        now,
        orPresent(pool.getSpec().targetDedicatedNodes(), status.targetDedicatedNodes()),
        orPresent(pool.getSpec().targetLowPriorityNodes(), status.targetLowPriorityNodes()),
        theirs(pool.getSpec().deallocation()),
        SampleLog.read(status.autoScaleSamples()).samples());
  }

  private AutoScaleRun run(
      @Nullable String results, @Nullable AutoScaleError error, NodeDeallocationOption how) {
    return new AutoScaleRun(
        now.truncatedTo(ChronoUnit.MILLIS).toString(),
        results,
        error,
        how,
        seen.pool().getMetadata().getGeneration(),
        hash());
  }

  /** Why a pool does not do what the formula says; empty where it does. */
  public static Optional<AutoScaleError> refusal(PoolSpec spec, Evaluation evaluation) {
    FormulaError error = evaluation.error();
    if (error != null) {
      return Optional.of(new AutoScaleError(error.code(), error.message()));
    }
    int dedicated = orPresent(evaluation.dedicated(), 0);
    int lowPriority = orPresent(evaluation.lowPriority(), 0);
    if (Math.max(dedicated, lowPriority) > PoolSpec.MOST_NODES) {
      return Optional.of(
          new AutoScaleError(
              FormulaError.EVALUATION,
              "a pool has at most " + PoolSpec.MOST_NODES + " nodes of each kind; use min(…)"));
    }
    if (lowPriority > 0 && spec.spot() == null) {
      return Optional.of(
          new AutoScaleError(
              FormulaError.EVALUATION,
              "$TargetLowPriorityNodes is "
                  + lowPriority
                  + ", and spec.spot does not say what makes a node pod a Spot one in this"
                  + " cluster"));
    }
    return Optional.empty();
  }

  /** All other errors are in the pool's condition, and are said with it. */
  private static List<EventToSay> failed(@Nullable AutoScaleRun before, AutoScaleError error) {
    boolean known =
        before != null && before.error() != null && before.error().code().equals(error.code());
    return known || !error.code().equals(FormulaError.NO_SAMPLES)
        ? List.of()
        : List.of(
            new EventToSay(true, Reason.AutoScaleFailed, error.code() + ": " + error.message()));
  }

  private static List<EventToSay> resized(Decided before, int dedicated, int lowPriority) {
    String sizes =
        Stream.of(
                change("dedicated nodes", before.dedicated(), dedicated),
                change("Spot nodes", before.lowPriority(), lowPriority))
            .filter(c -> !c.isEmpty())
            .collect(Collectors.joining(", "));
    return sizes.isEmpty() ? List.of() : List.of(new EventToSay(false, Reason.AutoScaled, sizes));
  }

  private static String change(String what, int from, int to) {
    return from == to ? "" : what + " " + from + " to " + to;
  }

  private Duration again(@Nullable AutoScaleRun run, SampleLog log) {
    Instant sample = log.last().orElse(now).plus(seen.samplePeriod());
    Instant next = sample;
    if (run != null && !(isOfThis(run) && cannotBeRead(run))) {
      boolean soon = !isOfThis(run) || (demand.isBacklog() && isNews(run, log));
      Instant evaluation = Instant.parse(run.timestamp()).plus(soon ? GAP : interval());
      next = evaluation.isBefore(sample) ? evaluation : sample;
    }
    Duration wait = Duration.between(now, next);
    return wait.compareTo(Duration.ofMillis(10)) < 0 ? Duration.ofMillis(10) : wait;
  }

  /** What the user has to know of the last evaluation; empty where the formula is at work. */
  static Optional<PoolTrouble.Trouble> troubleOf(PoolSpec spec, @Nullable AutoScaleRun run) {
    if (run == null || run.error() == null || run.error().code().equals(FormulaError.NO_SAMPLES)) {
      return Optional.empty();
    }
    return spec.autoScales()
        ? Optional.of(
            new PoolTrouble.Trouble(
                Reason.AutoScaleFailed,
                "spec.autoScaleFormula: "
                    + run.error().code()
                    + ": "
                    + run.error().message()
                    + ". The pool keeps its size",
                cannotBeRead(run)))
        : Optional.empty();
  }

  private static io.poolwright.autoscale.NodeDeallocationOption theirs(
      NodeDeallocationOption option) {
    return switch (option) {
      case REQUEUE -> io.poolwright.autoscale.NodeDeallocationOption.REQUEUE;
      case TERMINATE -> io.poolwright.autoscale.NodeDeallocationOption.TERMINATE;
      case TASK_COMPLETION -> io.poolwright.autoscale.NodeDeallocationOption.TASKCOMPLETION;
      case RETAINED_DATA -> io.poolwright.autoscale.NodeDeallocationOption.RETAINEDDATA;
    };
  }

  private static NodeDeallocationOption ours(
      io.poolwright.autoscale.NodeDeallocationOption option) {
    return switch (option) {
      case REQUEUE -> NodeDeallocationOption.REQUEUE;
      case TERMINATE -> NodeDeallocationOption.TERMINATE;
      case TASKCOMPLETION -> NodeDeallocationOption.TASK_COMPLETION;
      case RETAINEDDATA -> NodeDeallocationOption.RETAINED_DATA;
    };
  }
}
