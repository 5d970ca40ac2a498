package dev.heed.learning.export;

import dev.heed.learning.versions.TrainingRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * k-anonymity (Sweeney 2002) of what is released beside the texts: the time, the model and adapter,
 * and the person's axes. Time is made coarser, by hour, day, month and year, until each combination
 * belongs to at least k people; rows whose combination does not even so are left out. Axes are
 * rounded to tenths. Texts are no part of it: what somebody wrote may tell who they are.
 *
 * @param rows what may be released
 * @param suppressed rows left out
 * @param smallest people of the smallest combination; 0: no rows
 * @param timeUnit how coarse times are
 */
public record KAnonymity(List<TrainingRow> rows, int suppressed, int smallest, String timeUnit) {

  private static final int[] LENGTHS = {13, 10, 7, 4};
  private static final String[] UNITS = {"hour", "day", "month", "year"};
  private static final double MOST_SUPPRESSED = .05;

  /**
   * Makes rows anonymous: the finest time for which at most 5 % of the rows are left out.
   *
   * @param k least people of a combination; 1: nothing is asked for
   */
  public static KAnonymity of(List<TrainingRow> rows, int k) {
    KAnonymity best = null;
    for (int i = 0; i < LENGTHS.length; i++) {
      best = at(rows, k, i);
      if (best.suppressed() <= MOST_SUPPRESSED * rows.size()) {
        break;
      }
    }
    return best;
  }

  private static KAnonymity at(List<TrainingRow> rows, int k, int unit) {
    Map<String, List<TrainingRow>> classes = new LinkedHashMap<>();
    for (TrainingRow row : rows) {
      TrainingRow coarse = coarse(row, LENGTHS[unit]);
      String key =
          coarse.at()
              + "|"
              + coarse.model()
              + "|"
              + coarse.adapter().orElse("")
              + "|"
              + coarse.axes().reliability()
              + "|"
              + coarse.axes().civility();
      classes.computeIfAbsent(key, x -> new ArrayList<>()).add(coarse);
    }
    List<TrainingRow> kept = new ArrayList<>();
    int smallest = Integer.MAX_VALUE;
    for (List<TrainingRow> of : classes.values()) {
      int people = people(of);
      if (people >= k) {
        kept.addAll(of);
        smallest = Math.min(smallest, people);
      }
    }
    return new KAnonymity(
        kept, rows.size() - kept.size(), kept.isEmpty() ? 0 : smallest, UNITS[unit]);
  }

  private static int people(List<TrainingRow> rows) {
    Set<String> people = new HashSet<>();
    rows.forEach(row -> people.add(row.person()));
    return people.size();
  }

  private static TrainingRow coarse(TrainingRow row, int length) {
    String at = row.at().substring(0, Math.min(length, row.at().length()));
    TrainingRow.Axes axes =
        new TrainingRow.Axes(tenths(row.axes().reliability()), 0, tenths(row.axes().civility()));
    return new TrainingRow(
        row.id(),
        row.conversation(),
        row.person(),
        row.context(),
        row.reply(),
        row.label(),
        row.pRight(),
        row.weight(),
        row.reasons(),
        row.gold(),
        row.model(),
        row.adapter(),
        row.split(),
        row.source(),
        axes,
        row.verdict(),
        row.replyName(),
        at);
  }

  private static double tenths(double x) {
    return Math.round(10 * x) / 10.0;
  }
}
