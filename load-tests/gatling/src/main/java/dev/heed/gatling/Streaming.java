package dev.heed.gatling;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gatling.javaapi.core.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What streams felt like: milliseconds from the request to the first text, and between chunks; by
 * step for a run in steps, by quarter for the others, so that a soak shows its drift.
 */
final class Streaming {

  /** A step is past the knee when its first texts take this many times the first step's... */
  private static final double SLOWER = 2;

  /** ... or when more than this share of its turns has no end. */
  private static final double FAILED = 0.01;

  private static final int QUARTERS = 4;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private record Turn(double second, double firstMillis, List<Double> gaps, boolean whole) {}

  private final Settings settings;
  private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();
  private volatile long begin = System.nanoTime();

  Streaming(Settings settings) {
    this.settings = settings;
  }

  void begin() {
    begin = System.nanoTime();
  }

  /**
   * Takes a turn that has ended, well or not.
   *
   * @param later times of the chunks after the first, in milliseconds
   */
  void turn(Session session, List<Long> later) {
    long asked = session.getLong("asked");
    double first =
        session.contains("first") ? (session.getLong("first") - asked) / 1e6 : Double.NaN;
    List<Double> gaps = new ArrayList<>();
    for (int i = 1; i < later.size(); i++) {
      gaps.add((double) (later.get(i) - later.get(i - 1)));
    }
    turns.add(new Turn((asked - begin) / 1e9, first, gaps, session.contains("done")));
  }

  /** Writes streaming.json into the report's folder and says the same in short. */
  void write() {
    boolean steps = settings.mode() == Settings.Mode.STEPS;
    int parts = steps ? settings.steps() : QUARTERS;
    double length = settings.seconds() / (double) parts;
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      double from = part * length;
      double until = part == parts - 1 ? Double.MAX_VALUE : from + length;
      List<Turn> of = turns.stream().filter(t -> t.second >= from && t.second < until).toList();
      rows.add(row(from, length, of));
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("mode", settings.mode().name().toLowerCase(java.util.Locale.ROOT));
    out.put(
        "settings",
        Map.of(
            "users",
            settings.users(),
            "rate",
            settings.rate(),
            "seconds",
            settings.seconds(),
            "turns",
            settings.turns(),
            "max_tokens",
            settings.maxTokens()));
    out.put("all", row(0, settings.seconds(), List.copyOf(turns)));
    out.put(steps ? "steps" : "quarters", rows);
    if (steps) {
      out.put("knee", knee(rows));
    }
    Path file = settings.report().resolve("streaming.json");
    try {
      JSON.writeValue(file.toFile(), out);
      rows.forEach(row -> System.out.println("  " + row));
      System.out.println(steps ? "  knee: " + out.get("knee") : "  all: " + out.get("all"));
      System.out.println("Streaming: " + file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> row(double from, double length, List<Turn> of) {
    double[] first =
        of.stream().mapToDouble(Turn::firstMillis).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double[] gaps =
        of.stream()
            .flatMap(t -> t.gaps.stream())
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    long whole = of.stream().filter(Turn::whole).count();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("from_s", Math.round(from));
    row.put(
        settings.mode() == Settings.Mode.CLOSED ? "people" : "arrivals_per_s",
        settings.mode() == Settings.Mode.CLOSED
            ? settings.users()
            : round(settings.offered(from + 0.001)));
    row.put("turns", of.size());
    row.put("answered_per_s", round(whole / length));
    row.put("not_answered", of.size() - whole);
    row.put("first_text_ms", quantiles(first));
    row.put("gap_ms", quantiles(gaps));
    return row;
  }

  /** The last step before the first that is past the knee; null when the first is already. */
  private static Map<String, Object> knee(List<Map<String, Object>> steps) {
    Map<String, Object> last = null;
    double calm = Double.NaN;
    for (Map<String, Object> step : steps) {
      int turns = (int) step.get("turns");
      @SuppressWarnings("unchecked")
      double p95 =
          ((Map<String, Double>) step.get("first_text_ms")).getOrDefault("p95", Double.NaN);
      calm = Double.isNaN(calm) ? p95 : calm;
      boolean failed = (long) step.get("not_answered") > FAILED * turns;
      if (turns == 0 || failed || !(p95 <= SLOWER * calm)) {
        break;
      }
      last = step;
    }
    return last;
  }

  private static Map<String, Double> quantiles(double[] sorted) {
    Map<String, Double> out = new LinkedHashMap<>();
    if (sorted.length > 0) {
      out.put("p50", round(at(sorted, 0.5)));
      out.put("p95", round(at(sorted, 0.95)));
      out.put("p99", round(at(sorted, 0.99)));
      out.put("max", round(sorted[sorted.length - 1]));
    }
    return out;
  }

  private static double at(double[] sorted, double share) {
    return sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
