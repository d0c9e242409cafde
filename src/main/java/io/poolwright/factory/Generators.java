package io.poolwright.factory;

import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.job.TaskFactory.FileSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** From what a factory's spec says to its values. */
final class Generators {
  private Generators() {}

  /**
   * @param spec has the fields that its type needs, and no others
   */
  static Generator of(TaskFactory spec, Listing files) throws InvalidFactory {
    List<Column> columns = columns(spec);
    return switch (spec.type()) {
      case PARAMETRIC_SWEEP, PRODUCT -> new Combined.Product(columns);
      case ZIP -> zip(columns);
      case COMBINATIONS ->
          combinations(columns, length(spec), spec.replacement() != null && spec.replacement());
      case PERMUTATIONS -> permutations(columns, length(spec));
      case RANDOM -> drawn(spec);
      case REPEAT -> new Numbered(count(spec));
      case TASK_PER_FILE ->
          Named.of(Objects.requireNonNullElseGet(spec.source(), Generators::everything), files);
      case TASK_COLLECTION ->
          throw new IllegalArgumentException("nothing is generated in a TaskCollection");
    };
  }

  static Generator ofListed(TaskFactory spec, List<String> keys, boolean known) {
    FileSource source = Objects.requireNonNullElseGet(spec.source(), Generators::everything);
    return Named.listed(source, keys, known);
  }

  private static FileSource everything() {
    return new FileSource(null, null, null);
  }

  private static List<Column> columns(TaskFactory spec) throws InvalidFactory {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < spec.parameterSets().size(); i++) {
      try {
        columns.add(Column.of(spec.parameterSets().get(i)));
      } catch (InvalidFactory e) {
        throw e.below("parameterSets[" + i + "]");
      }
    }
    return columns;
  }

  private static Generator zip(List<Column> columns) throws InvalidFactory {
    long size = columns.getFirst().size();
    for (int i = 1; i < columns.size(); i++) {
      if (columns.get(i).size() != size) {
        throw new InvalidFactory(
            "parameterSets[" + i + "]",
            "has "
                + columns.get(i).size()
                + " values and the first set "
                + size
                + "; Zip takes sets of one size");
      }
    }
    return new Combined.Zip(columns);
  }

  private static Generator combinations(List<Column> columns, int length, boolean replacement)
      throws InvalidFactory {
    if (!replacement) {
      enough(columns.getFirst(), length);
    }
    return new Combined.Combinations(columns.getFirst(), length, replacement);
  }

  private static Generator permutations(List<Column> columns, int length) throws InvalidFactory {
    enough(columns.getFirst(), length);
    return new Combined.Permutations(columns.getFirst(), length);
  }

  private static void enough(Column column, int length) throws InvalidFactory {
    if (length > column.size()) {
      throw new InvalidFactory(
          "length", "is " + length + ", but there are only " + column.size() + " values");
    }
  }

  private static Generator drawn(TaskFactory spec) throws InvalidFactory {
    List<Drawn.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < spec.random().size(); i++) {
      try {
        parameters.add(Drawn.parameter(spec.random().get(i)));
      } catch (InvalidFactory e) {
        throw e.below("random[" + i + "]");
      }
    }
    return new Drawn(count(spec), spec.seed() == null ? 0 : spec.seed(), parameters);
  }

  private static int length(TaskFactory spec) {
    return Objects.requireNonNullElse(spec.length(), 1);
  }

  private static long count(TaskFactory spec) {
    return Objects.requireNonNullElse(spec.count(), 1L);
  }
}
