package dev.heed.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that a run found, as it goes into report.json. */
final class Result {

  private final RunOptions options;
  private final String command;
  private final Ledger ledger;
  private final List<Faults.Made> faults;
  private final List<Invariants.Finding> findings;
  private final Map<String, Invariants.Weighed> weighed;
  private final Extras extras;

  /**
   * What was measured beside what people saw.
   *
   * @param vitals of the programs
   * @param delays of records, by service and second of the run
   */
  record Extras(List<Vitals.Sample> vitals, Map<String, TreeMap<Double, Double>> delays) {

    static final Extras NONE = new Extras(List.of(), Map.of());
  }

  Result(
      String command,
      RunOptions options,
      Ledger ledger,
      List<Faults.Made> faults,
      List<Invariants.Finding> findings,
      Map<String, Invariants.Weighed> weighed,
      Extras extras) {
    this.extras = extras;
    this.command = command;
    this.options = options;
    this.ledger = ledger;
    this.faults = faults;
    this.findings = findings;
    this.weighed = weighed;
  }

  boolean holds() {
    return findings.stream().allMatch(Invariants.Finding::holds);
  }

  List<Invariants.Finding> findings() {
    return findings;
  }

  List<Faults.Made> faults() {
    return faults;
  }

  List<Ledger.Seen> seen() {
    return ledger.seen();
  }

  List<Double> firstTexts() {
    return ledger.seen().stream()
        .map(seen -> seen.reply().firstTextMillis())
        .filter(millis -> !millis.isNaN())
        .toList();
  }

  List<Vitals.Sample> vitals() {
    return extras.vitals();
  }

  List<Double> gaps() {
    return ledger.seen().stream().flatMap(seen -> seen.reply().gapsMillis().stream()).toList();
  }

  /** Whole replies to ordinary inputs, and the share that honest people like. */
  private Map<String, Object> ordinary() {
    List<Api.Reply> replies =
        ledger.seen().stream()
            .filter(seen -> !seen.harm() && seen.reply().end().equals("done"))
            .map(Ledger.Seen::reply)
            .toList();
    double liked = replies.stream().filter(options.taste::likes).count();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("replies", replies.size());
    out.put("liked", Numbers.round(liked / Math.max(1, replies.size())));
    return out;
  }

  /** What became of the labels of a group of people. */
  record Labels(int right, int wrong, int wrongWithWeight, double rightWeight, double wrongWeight) {

    static final Labels NONE = new Labels(0, 0, 0, 0, 0);

    Labels plus(boolean isRight, double weight) {
      double positive = Math.max(0, weight);
      return isRight
          ? new Labels(right + 1, wrong, wrongWithWeight, rightWeight + positive, wrongWeight)
          : new Labels(
              right,
              wrong + 1,
              wrongWithWeight + (positive > 0 ? 1 : 0),
              rightWeight,
              wrongWeight + positive);
    }

    Labels plus(Labels other) {
      return new Labels(
          right + other.right,
          wrong + other.wrong,
          wrongWithWeight + other.wrongWithWeight,
          rightWeight + other.rightWeight,
          wrongWeight + other.wrongWeight);
    }

    /** Share of the positive weight that went to wrong labels. */
    double wrongShareOfWeight() {
      double all = rightWeight + wrongWeight;
      return all == 0 ? 0 : wrongWeight / all;
    }

    Map<String, Object> json() {
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("right", right);
      out.put("wrong", wrong);
      out.put("wrong_with_weight", wrongWithWeight);
      out.put("mean_weight_right", Numbers.round(rightWeight / Math.max(1, right)));
      out.put("mean_weight_wrong", Numbers.round(wrongWeight / Math.max(1, wrong)));
      out.put("wrong_share_of_labels", Numbers.round(wrong / (double) Math.max(1, right + wrong)));
      out.put("wrong_share_of_weight", Numbers.round(wrongShareOfWeight()));
      return out;
    }
  }

  /** By kind of person. */
  Map<Kind, Labels> labels() {
    Map<Kind, Labels> out = new EnumMap<>(Kind.class);
    for (Ledger.Given given : ledger.given().values()) {
      Invariants.Weighed belief = weighed.get(given.feedbackId());
      if (belief != null) {
        Labels before = out.getOrDefault(given.kind(), Labels.NONE);
        out.put(given.kind(), before.plus(given.right(), belief.weight()));
      }
    }
    return out;
  }

  Labels allLabels() {
    return labels().values().stream().reduce(Labels.NONE, Labels::plus);
  }

  /** Time to first text in the first and in the last quarter of the run, for soaks. */
  private Map<String, Object> drift() {
    double length = options.length().toMillis() / 1e3;
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("first_quarter", Numbers.summary(firstTexts(0, length / 4)));
    out.put("last_quarter", Numbers.summary(firstTexts(3 * length / 4, Double.MAX_VALUE)));
    return out;
  }

  private List<Double> firstTexts(double from, double until) {
    return ledger.seen().stream()
        .filter(seen -> seen.startSeconds() >= from && seen.startSeconds() < until)
        .map(seen -> seen.reply().firstTextMillis())
        .filter(millis -> !millis.isNaN())
        .toList();
  }

  Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("command", command);
    out.put("holds", holds());
    out.put(
        "options",
        Map.of(
            "users", options.arrivals > 0 ? 0 : options.users,
            "arrivals_per_second", options.arrivals,
            "minutes", options.minutes,
            "adversarial", options.adversarial,
            "seed", options.seed,
            "think_seconds", options.think,
            "max_tokens", options.maxTokens,
            "rates", options.rates,
            "taste", options.taste.name()));
    Map<String, Integer> ends = new TreeMap<>();
    for (Ledger.Seen seen : ledger.seen()) {
      String detail = seen.reply().detail();
      ends.merge(seen.reply().end() + (detail.isEmpty() ? "" : " " + detail), 1, Integer::sum);
    }
    out.put("turns", ledger.seen().size());
    out.put("replies_to_ordinary_inputs", ordinary());
    out.put("turns_per_second", Numbers.round(ledger.seen().size() / (options.minutes * 60)));
    out.put("ends", ends);
    out.put("time_to_first_text_ms", Numbers.summary(firstTexts()));
    out.put("gap_between_chunks_ms", Numbers.summary(gaps()));
    out.put("feedback_accepted", ledger.given().size());
    out.put("feedback_refused_by_status", ledger.refusals());
    out.put("feedback_unsettled", ledger.unsettledCount());
    out.put("reviews", ledger.reviews());
    out.put("labels", allLabels().json());
    Map<String, Object> byKind = new LinkedHashMap<>();
    labels().forEach((kind, labels) -> byKind.put(kind.label(), labels.json()));
    out.put("labels_by_kind", byKind);
    out.put("drift", drift());
    out.put("programs", Vitals.json(extras.vitals()));
    List<Object> made = new ArrayList<>();
    for (Faults.Made fault : faults) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("at_s", Numbers.round(fault.atSeconds()));
      row.put("program", fault.program());
      row.put("fault", fault.fault().name());
      row.put("ready_again_after_s", Numbers.round(fault.backAfterSeconds()));
      row.putAll(Felt.of(fault, ledger.seen()).json());
      made.add(row);
    }
    out.put("faults", made);
    out.put("delay_between_topics", Pauses.json(extras.delays(), faults));
    out.put("invariants", findings);
    return out;
  }
}
