package dev.heed.learning.gates;

import dev.heed.learning.versions.TrainingRow;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for signs of poison in rows alone, without a candidate. */
public final class PoisonCheck {

  private PoisonCheck() {}

  /**
   * Names of what is suspicious.
   *
   * @param before rows of the version that what serves now has learnt from
   * @param now rows of the new version
   */
  public static List<String> suspicions(List<TrainingRow> before, List<TrainingRow> now) {
    Set<String> known = before.stream().map(TrainingRow::id).collect(Collectors.toSet());
    Report.Builder report = new Report.Builder();
    List<TrainingRow> fresh = now.stream().filter(row -> !known.contains(row.id())).toList();
    new Poison(new Rows(now, known, fresh), Thresholds.defaults(), report).ofRows();
    return report.build().suspicions().stream().map(Report.Suspicion::name).toList();
  }
}
