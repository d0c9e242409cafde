package io.poolwright.pods;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.poolwright.api.job.AutoPoolSpecification;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec.PoolInfo;
import io.poolwright.api.job.JobStatus.ExecutionInfo;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pool of a job: the one that it names, or the one that is made for it or for its schedule. The
 * name of such a pool follows from whom it is made for, so that it is made once.
 */
public final class JobPool {
  private static final ObjectMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private JobPool() {}

  /** The name of the job's pool. It may not exist. */
  public static String name(Job job) {
    PoolInfo info = job.getSpec().poolInfo();
    AutoPoolSpecification own = info.autoPoolSpecification();
    if (own == null) {
      return Objects.requireNonNull(info.poolId());
    }
    return owner(job)
        .map(o -> Names.autoPool(Optional.ofNullable(own.autoPoolIdPrefix()), o))
        .orElseGet(() -> orphaned(job));
  }

  /** Its schedule went and left it the pool; or it is of none, and never gets one. */
  private static String orphaned(Job job) {
    ExecutionInfo info = job.statusOrNew().executionInfo();
    return info == null || info.poolId() == null
        ? Names.autoPool(Optional.of("no-schedule"), Owners.by(job))
        : info.poolId();
  }

  /** For whom a pool is made; empty where none is, or where the job is not of a schedule. */
  public static Optional<OwnerReference> owner(Job job) {
    AutoPoolSpecification own = job.getSpec().poolInfo().autoPoolSpecification();
    if (own == null) {
      return Optional.empty();
    }
    return own.ofSchedule()
        ? job.getMetadata().getOwnerReferences().stream()
            .filter(o -> o.getKind().equals(JobSchedule.class.getSimpleName()))
            .findFirst()
        : Optional.of(Owners.by(job));
  }

  /** Whether the pool was made for the owner, whatever has become of its owner reference. */
  public static boolean isFor(@Nullable Pool pool, OwnerReference owner) {
    Map<String, String> marks = pool == null ? null : pool.getMetadata().getAnnotations();
    return marks != null && owner.getUid().equals(marks.get(Names.AUTO_POOL_OF));
  }

  /**
   * Whether the pool's spec was made of this one; what users changed there since does not count.
   */
  public static boolean isMadeOf(Pool pool, PoolSpec spec) {
    return mark(spec).equals(pool.getMetadata().getAnnotations().get(Names.AUTO_POOL_SPEC));
  }

  /** A name for the spec, by which a Pool tells whether it was made of it. */
  public static String mark(PoolSpec spec) {
    try {
      return Names.fingerprint(SORTED.writeValueAsString(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a spec that was read cannot be written", e);
    }
  }

  /**
   * The pool that the job wants to have made.
   *
   * @param own the job's
   * @param owner whom it is for
   */
  public static Pool build(Job job, AutoPoolSpecification own, OwnerReference owner) {
    Pool pool = new Pool();
    ObjectMetaBuilder meta =
        new ObjectMetaBuilder()
            .withName(name(job))
            .withNamespace(job.getMetadata().getNamespace())
            .addToLabels("app.kubernetes.io/managed-by", "poolwright")
            .addToLabels(
                own.ofSchedule() ? Names.SCHEDULE : Names.JOB, Names.label(owner.getName()))
            .addToAnnotations(Names.AUTO_POOL_OF, owner.getUid())
            .addToAnnotations(Names.AUTO_POOL_SPEC, mark(own.pool()));
    pool.setMetadata(own.stays() ? meta.build() : meta.withOwnerReferences(owner).build());
    pool.setSpec(own.pool());
    return pool;
  }
}
