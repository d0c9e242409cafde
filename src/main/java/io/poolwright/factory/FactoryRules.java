package io.poolwright.factory;

import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.job.TaskFactory.FileSource;
import io.poolwright.api.job.TaskFactory.Kind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which fields each type of factory needs and takes, as the schema's rules have it. */
final class FactoryRules {
  private static final Set<Kind> FROM_SETS =
      EnumSet.of(
          Kind.PARAMETRIC_SWEEP, Kind.PRODUCT, Kind.ZIP, Kind.COMBINATIONS, Kind.PERMUTATIONS);
  private static final Set<Kind> CHOOSING = EnumSet.of(Kind.COMBINATIONS, Kind.PERMUTATIONS);
  private static final Set<Kind> COUNTED = EnumSet.of(Kind.RANDOM, Kind.REPEAT);
  private static final Set<Kind> REPEATING = EnumSet.complementOf(EnumSet.of(Kind.TASK_COLLECTION));

  private FactoryRules() {}

  static void check(TaskFactory spec, boolean listed) throws InvalidFactory {
    belongs(spec, "parameterSets", FROM_SETS, !spec.parameterSets().isEmpty());
    belongs(spec, "length", CHOOSING, spec.length() != null);
    belongs(spec, "count", COUNTED, spec.count() != null);
    belongs(spec, "random", EnumSet.of(Kind.RANDOM), !spec.random().isEmpty());
    belongs(spec, "source", EnumSet.of(Kind.TASK_PER_FILE), spec.source() != null);
    belongs(spec, "tasks", EnumSet.of(Kind.TASK_COLLECTION), !spec.tasks().isEmpty());
    belongs(spec, "repeatTask", REPEATING, spec.repeatTask() != null);
    optional(spec, "replacement", EnumSet.of(Kind.COMBINATIONS), spec.replacement() != null);
    optional(spec, "seed", EnumSet.of(Kind.RANDOM), spec.seed() != null);
    optional(spec, "mergeTask", REPEATING, spec.mergeTask() != null);
    sets(spec);
    source(spec.source(), listed);
  }

  private static void belongs(TaskFactory spec, String field, Set<Kind> types, boolean there)
      throws InvalidFactory {
    if (!there && types.contains(spec.type())) {
      throw new InvalidFactory(field, "is required with type " + name(spec.type()));
    }
    optional(spec, field, types, there);
  }

  private static void optional(TaskFactory spec, String field, Set<Kind> types, boolean there)
      throws InvalidFactory {
    if (there && !types.contains(spec.type())) {
      throw new InvalidFactory(field, "does not go with type " + name(spec.type()));
    }
  }

  private static String name(Kind type) {
    StringBuilder name = new StringBuilder();
    for (String word : type.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  private static void sets(TaskFactory spec) throws InvalidFactory {
    if (CHOOSING.contains(spec.type()) && spec.parameterSets().size() != 1) {
      throw new InvalidFactory(
          "parameterSets", name(spec.type()) + " chooses from exactly one set");
    }
    for (int i = 0; spec.type() == Kind.PARAMETRIC_SWEEP && i < spec.parameterSets().size(); i++) {
      if (!spec.parameterSets().get(i).values().isEmpty()) {
        throw new InvalidFactory(
            "parameterSets[" + i + "].values",
            "a ParametricSweep takes numbers, start to end; type Product takes values too");
      }
    }
  }

  private static void source(@Nullable FileSource source, boolean listed) throws InvalidFactory {
    if (source == null) {
      return;
    }
    if (source.autoStorageContainerName() != null && source.fileGroup() != null) {
      throw new InvalidFactory("source", "name one of autoStorageContainerName and fileGroup");
    }
    if (!listed) {
      throw new InvalidFactory("source", "there is no listing of its objects");
    }
  }
}
