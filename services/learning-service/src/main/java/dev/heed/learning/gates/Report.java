package dev.heed.learning.gates;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the gates found.
 *
 * @param gates that must all be passed
 * @param suspicions on which a person must decide
 * @param measured other numbers, for the curve and the record
 */
public record Report(List<Gate> gates, List<Suspicion> suspicions, Map<String, Double> measured) {

  /**
   * One gate.
   *
   * @param value measured; NaN: could not be measured, which is not passed
   * @param bar what it must reach or must not pass
   * @param what in words
   */
  public record Gate(String name, boolean passed, double value, double bar, String what) {

    static Gate least(String name, double value, double bar, String what) {
      return new Gate(name, value >= bar, value, bar, what);
    }

    static Gate most(String name, double value, double bar, String what) {
      return new Gate(name, value <= bar, value, bar, what);
    }

    static Gate missing(String name, String what) {
      return new Gate(name, false, Double.NaN, Double.NaN, what);
    }
  }

  /** A sign of poison. */
  public record Suspicion(String name, double value, double bar) {}

  /** For putting a report together. */
  static final class Builder {
    private final List<Gate> gates = new ArrayList<>();
    private final List<Suspicion> suspicions = new ArrayList<>();
    private final Map<String, Double> measured = new TreeMap<>();

    void gate(Gate gate) {
      gates.add(gate);
    }

    /** A suspicion when the value passes the bar; the value is measured anyway. */
    void suspect(String name, double value, double bar) {
      measured.put("suspicion_" + name, value);
      if (value > bar) {
        suspicions.add(new Suspicion(name, value, bar));
      }
    }

    void measured(String name, double value) {
      measured.put(name, value);
    }

    Report build() {
      return new Report(List.copyOf(gates), List.copyOf(suspicions), measured);
    }
  }
}
