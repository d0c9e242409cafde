package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a formula has assigned so far, and what comes of it in the end. */
final class Variables {
  private record Assigned(double value, Position at) {}

  private final Surroundings surroundings;
  private final int longestResults;

  /** By the name as written, alias or full. */
  private final Map<String, Assigned> targets = new HashMap<>();

  private final Map<String, Value> own = new TreeMap<>();
  private NodeDeallocationOption option;

  Variables(Surroundings surroundings, int longestResults) {
    this.surroundings = surroundings;
    this.option = surroundings.option();
    this.longestResults = longestResults;
  }

  void assign(Node.Name target, Value value) {
    String name = target.text();
    if (name.equals(Names.DEALLOCATION)) {
      option = option(target, value);
    } else if (isTarget(name)) {
      targets.put(name, new Assigned(Operands.number(value, name, target.at()), target.at()));
    } else {
      own.put(name, value);
    }
  }

  private static NodeDeallocationOption option(Node.Name target, Value value) {
    String expected = "requeue, terminate, taskcompletion or retaineddata";
    if (!(value instanceof Text text)) {
      throw FormulaError.type(
          target.at(), target.text() + " must be " + expected + ", not a " + value.type());
    }
    return NodeDeallocationOption.named(text.content())
        .orElseThrow(() ->
            FormulaError.runtime(
                target.at(),
                target.text() + " must be " + expected + ", not \"" + text.content() + "\""));
  }

  private static boolean isTarget(String name) {
    return Names.ALIASES.containsKey(name) || Names.ALIASES.containsValue(name);
  }

  /** Of a target that is not assigned: the pool's present size. */
  Value read(String name) {
    if (name.equals(Names.DEALLOCATION)) {
      return new Text(option.word());
    }
    if (isTarget(name)) {
      Assigned written = targets.get(name);
      String full = Names.ALIASES.getOrDefault(name, name);
      Assigned assigned = written != null ? written : assigned(full);
      return new Num(assigned != null ? assigned.value() : present(full));
    }
    Value value = own.get(name);
    if (value == null) {
      throw new IllegalStateException(name + " was not refused by Names");
    }
    return value;
  }

  private double present(String full) {
    return full.equals(Names.DEDICATED) ? surroundings.dedicated() : surroundings.lowPriority();
  }

  private @Nullable Assigned assigned(String full) {
    Assigned byFullName = targets.get(full);
    if (byFullName != null) {
      return byFullName;
    }
    return Names.ALIASES.entrySet().stream()
        .filter(a -> a.getValue().equals(full))
        .map(a -> targets.get(a.getKey()))
        .filter(a -> a != null)
        .findFirst()
        .orElse(null);
  }

  Evaluation evaluation() {
    return new Evaluation(
        results(), target(Names.DEDICATED), target(Names.LOW_PRIORITY), option, null);
  }

  /**
   * Truncated toward zero (§3.6.1). Judged only in the end: a formula may well correct a negative
   * target in its next statement.
   */
  private @Nullable Integer target(String full) {
    Assigned assigned = assigned(full);
    if (assigned == null) {
      return null;
    }
    double whole =
        assigned.value() < 0 ? Math.ceil(assigned.value()) : Math.floor(assigned.value());
    if (whole < 0 || whole > Integer.MAX_VALUE) {
      throw FormulaError.runtime(
          assigned.at(),
          full
              + " must be from 0 to "
              + Integer.MAX_VALUE
              + ", not "
              + new Num(assigned.value()).shown());
    }
    return (int) whole;
  }

  /** See {@link Evaluation#results}. */
  String results() {
    List<String> parts = new ArrayList<>();
    for (String full : List.of(Names.DEDICATED, Names.LOW_PRIORITY)) {
      Assigned assigned = assigned(full);
      if (assigned != null) {
        parts.add(full + "=" + new Num(assigned.value()).shown());
      }
    }
    parts.add(Names.DEALLOCATION + "=" + option.word());
    int room = longestResults - String.join(";", parts).length();
    for (Map.Entry<String, Value> variable : own.entrySet()) {
      String part = variable.getKey() + "=" + variable.getValue().shown();
      room -= part.length() + 1;
      if (room < 0) {
        break;
      }
      parts.add(part);
    }
    return String.join(";", parts);
  }
}
