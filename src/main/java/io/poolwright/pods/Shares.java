package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * A task's part of its node: size × requiredSlots / taskSlotsPerNode, rounded down, at least the
 * smallest unit.
 */
public final class Shares {
  private Shares() {}

  public static Map<String, Quantity> of(Map<String, Quantity> size, int slots, int slotsPerNode) {
    Map<String, Quantity> share = new TreeMap<>();
    size.forEach(
        (resource, whole) -> share.put(resource, part(resource, whole, slots, slotsPerNode)));
    return share;
  }

  private static Quantity part(String resource, Quantity whole, int slots, int slotsPerNode) {
    boolean cpu = resource.equals("cpu");
    BigDecimal units =
        whole
            .getNumericalAmount()
            .multiply(BigDecimal.valueOf(cpu ? 1000 : 1))
            .multiply(BigDecimal.valueOf(slots));
    BigDecimal part =
        units.divide(BigDecimal.valueOf(slotsPerNode), 0, RoundingMode.DOWN).max(BigDecimal.ONE);
    return new Quantity(part.toPlainString(), cpu ? "m" : "");
  }
}
