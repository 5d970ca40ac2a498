package dev.heed.learning.gates;

import dev.heed.learning.gates.Report.Gate;
import dev.heed.learning.reward.RewardScorer;
import dev.heed.learning.reward.SentenceEncoder;
import dev.heed.learning.versions.Split;
import dev.heed.learning.versions.TrainingRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The gates that rate held-out replies: quality against people's labels, against what is released,
 * on unseen topics, contamination, and how long a rating takes.
 */
final class RewardGates {

  private static final double NEAR = .55;
  private static final int LEAST_UNSEEN = 20;
  private static final int MOST_NEIGHBOURS = 2000;
  private static final int WARM_UP = 5;

  private final Case judged;
  private final Rows rows;
  private final SentenceEncoder encoder;
  private final Report.Builder report;

  RewardGates(Case judged, Rows rows, SentenceEncoder encoder, Report.Builder report) {
    this.judged = judged;
    this.rows = rows;
    this.encoder = encoder;
    this.report = report;
  }

  void measure() throws IOException {
    List<TrainingRow> clean = decontaminated();
    try (RewardScorer scorer = new RewardScorer(judged.candidate())) {
      List<Auc.Point> points = score(scorer, clean);
      quality(clean, points);
      notWorse(clean, points);
      unseen(clean, points);
    }
  }

  /** Held-out rows that do not stand in the training rows word by word. */
  private List<TrainingRow> decontaminated() {
    Set<String> learnt = new HashSet<>();
    rows.of(Split.TRAIN).forEach(row -> learnt.add(Rows.pair(row)));
    List<TrainingRow> test = rows.of(Split.TEST);
    List<TrainingRow> clean = test.stream().filter(r -> !learnt.contains(Rows.pair(r))).toList();
    double share = test.isEmpty() ? 0 : 1 - (double) clean.size() / test.size();
    report.gate(
        Gate.most(
            "contamination",
            share,
            judged.thresholds().contaminated(),
            "share of held-out rows that stand in the training rows; they count nowhere"));
    return clean;
  }

  private List<Auc.Point> score(RewardScorer scorer, List<TrainingRow> held) {
    List<Auc.Point> points = new ArrayList<>();
    double[] millis = new double[held.size()];
    for (int i = 0; i < held.size(); i++) {
      TrainingRow row = held.get(i);
      long begin = System.nanoTime();
      double score = scorer.worth(row.context(), row.reply());
      millis[i] = (System.nanoTime() - begin) / 1e6;
      points.add(
          new Auc.Point(row.conversation(), score, row.good() >= .5, Math.abs(row.weight())));
    }
    latency(millis);
    return points;
  }

  private void latency(double[] millis) {
    if (millis.length <= WARM_UP) {
      report.gate(Gate.missing("latency", "too few held-out rows to time a rating"));
      return;
    }
    double[] warm = Arrays.copyOfRange(millis, WARM_UP, millis.length);
    Arrays.sort(warm);
    double p95 = warm[(int) (.95 * (warm.length - 1))];
    report.gate(
        Gate.most(
            "latency", p95, judged.thresholds().ratingMillis(), "one rating, 95 %, milliseconds"));
  }

  private void quality(List<TrainingRow> held, List<Auc.Point> points) {
    int least = judged.thresholds().leastHeldOut();
    report.gate(
        Gate.least("held-out", held.size(), least, "rated replies of held-out conversations"));
    Auc auc = Auc.of(points);
    report.measured("auc", auc.value());
    report.measured("auc_low", auc.low());
    report.measured("auc_high", auc.high());
    report.gate(
        Gate.least(
            "quality",
            auc.low(),
            judged.thresholds().leastAuc(),
            "area under ROC on held-out labels, lower end of 95 %"));
    List<Auc.Point> reviewed = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      if (held.get(i).source().equals("review")) {
        reviewed.add(points.get(i));
      }
    }
    report.measured("reviewed_rows", reviewed.size());
    report.measured("auc_reviewed", Auc.of(reviewed).value());
  }

  private void notWorse(List<TrainingRow> held, List<Auc.Point> points) throws IOException {
    Optional<Path> released = judged.released();
    if (released.isEmpty()) {
      return;
    }
    try (RewardScorer scorer = new RewardScorer(released.get())) {
      List<Auc.Point> old = new ArrayList<>();
      for (int i = 0; i < held.size(); i++) {
        Auc.Point point = points.get(i);
        double score = scorer.worth(held.get(i).context(), held.get(i).reply());
        old.add(new Auc.Point(point.group(), score, point.good(), point.weight()));
      }
      double loss = Auc.area(old) - Auc.area(points);
      report.measured("auc_released", Auc.area(old));
      report.gate(
          Gate.most(
              "not-worse", loss, judged.thresholds().aucLoss(), "area lost against the released"));
    }
  }

  /** Held-out turns that are near to no turn of the training rows. */
  private void unseen(List<TrainingRow> held, List<Auc.Point> points) {
    List<float[]> learnt =
        rows.of(Split.TRAIN).stream()
            .map(TrainingRow::asked)
            .distinct()
            .limit(MOST_NEIGHBOURS)
            .map(encoder::encode)
            .toList();
    List<Auc.Point> far = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      float[] asked = encoder.encode(held.get(i).asked());
      if (learnt.stream().noneMatch(other -> cosine(asked, other) > NEAR)) {
        far.add(points.get(i));
      }
    }
    Auc auc = Auc.of(far);
    report.measured("unseen_rows", far.size());
    report.measured("auc_unseen", auc.value());
    report.measured("auc_unseen_low", auc.low());
    report.measured("auc_unseen_high", auc.high());
    if (far.size() >= LEAST_UNSEEN) {
      report.gate(
          Gate.least(
              "unseen-topics",
              auc.value(),
              judged.thresholds().leastAucUnseen(),
              "area on turns that are near to none that was learnt from"));
    }
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
