package io.poolwright.plan.job;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.poolwright.api.job.AutoPoolSpecification;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus.SchedulingError;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.autoscale.Formula;
import io.poolwright.autoscale.FormulaError;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Owners;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pool that is made for a job, or for the jobs of its schedule: made with the first of them,
 * and gone with the last (section 5.1 of the reference).
 */
public final class AutoPool {
  private static final String FIELD = "spec.poolInfo.autoPoolSpecification";

  private AutoPool() {}

  /** What is to be done about the pool. */
  public sealed interface Step {}

  /** It is missing. */
  public record Make(Pool pool) implements Step {}

  /** It is to go with its owner from now on, or not any more. */
  public record Own(Pool pool, OwnerReference owner, boolean owned) implements Step {}

  /** The job asks for another spec than the one that it was made of. */
  public record Change(Pool pool, PoolSpec spec) implements Step {}

  /** Its time is over. */
  public record Remove(Pool pool) implements Step {}

  /**
   * The next step; null where the pool is as it is to be.
   *
   * @param pool as it is; null where it is not there
   */
  static @Nullable Step next(Job job, @Nullable Pool pool) {
    AutoPoolSpecification own = job.getSpec().poolInfo().autoPoolSpecification();
    OwnerReference owner = JobPool.owner(job).orElse(null);
    if (own == null || owner == null) {
      return null;
    }
    boolean mayBe = error(job).isEmpty();
    if (pool == null) {
      return mayBe
              && job.stateOrActive().isLive()
              && job.getMetadata().getDeletionTimestamp() == null
          ? new Make(JobPool.build(job, own, owner))
          : null;
    }
    if (pool.getMetadata().getDeletionTimestamp() != null || !JobPool.isFor(pool, owner)) {
      return null;
    }
    if (mayBe && job.stateOrActive().isLive() && !JobPool.isMadeOf(pool, own.pool())) {
      return new Change(pool, own.pool());
    }
    if (own.ofSchedule()) {
      return null;
    }
    if (job.stateOrActive() == JobState.COMPLETED && !own.stays()) {
      return new Remove(pool);
    }
    boolean owned = Owners.own(pool, owner.getUid());
    return owned == own.stays() ? new Own(pool, owner, !own.stays()) : null;
  }

  /** Why such a pool cannot be, whatever the cluster says. */
  static Optional<SchedulingError> error(Job job) {
    AutoPoolSpecification own = job.getSpec().poolInfo().autoPoolSpecification();
    if (own == null) {
      return Optional.empty();
    }
    if (JobPool.owner(job).isEmpty() && job.statusOrNew().observedGeneration() == null) {
      return Optional.of(
          userError(
              "InvalidPropertyValue",
              FIELD
                  + ".poolLifetimeOption: JobSchedule is for the jobs of a schedule, which this one"
                  + " is not; give Job"));
    }
    String formula = own.pool().autoScales() ? own.pool().autoScaleFormula() : null;
    return formula != null && Formula.parse(formula) instanceof FormulaError error
        ? Optional.of(
            userError(
                "InvalidAutoScaleFormulaInAutoPool",
                FIELD + ".pool.autoScaleFormula: " + error.message()))
        : Optional.empty();
  }

  /**
   * What the API server's refusal of the pool means (section 16 of the reference).
   *
   * @param message what it said
   */
  public static SchedulingError refused(String message) {
    return userError(
        message.contains("exceeded quota")
            ? "AutoPoolCreationFailedWithQuotaReached"
            : "AutoPoolCreationFailed",
        FIELD + ": the pool was refused: " + message);
  }

  /** Not a matter of the job: the operator's own rights do not include it. */
  static boolean mayBeAllowed(SchedulingError error) {
    return error.message().contains(" cannot create resource ");
  }

  private static SchedulingError userError(String code, String message) {
    return new SchedulingError("UserError", code, message);
  }
}
