package dev.heed.learning.gates;

import dev.heed.learning.files.Durable;
import dev.heed.learning.reward.RewardScorer;
import dev.heed.learning.reward.SentenceEncoder;
import dev.heed.learning.rounds.Candidate;
import dev.heed.learning.versions.Split;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.util.List;

/** Judges a candidate by all gates and writes the report, whole or not at all. */
public final class Gates {

  private Gates() {}

  /**
   * Judges.
   *
   * @throws IOException when something cannot be read; then there is no report
   */
  public static Report judge(Case judged) throws IOException, InterruptedException {
    Report.Builder report = new Report.Builder();
    Rows rows = Rows.read(judged.data(), judged.before());
    Candidate candidate = Candidate.open(judged.candidate());
    Poison poison = new Poison(rows, judged.thresholds(), report);
    poison.ofRows();
    try (SentenceEncoder encoder = new SentenceEncoder(1)) {
      if (candidate.kind().equals("reward")) {
        new RewardGates(judged, rows, encoder, report).measure();
        List<TrainingRow> held = rows.of(Split.TEST);
        try (RewardScorer scorer = new RewardScorer(judged.candidate())) {
          poison.ofReward(
              held, held.stream().map(row -> scorer.worth(row.context(), row.reply())).toList());
        }
      }
      new ServingGates(judged, candidate, rows, encoder, report).measure();
    }
    Report done = report.build();
    Durable.replace(judged.report(), Versions.JSON.writeValueAsBytes(done));
    return done;
  }
}
