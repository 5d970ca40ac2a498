package dev.heed.learning.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.learning.dataset.Row;
import dev.heed.learning.versions.Split;
import dev.heed.learning.versions.TrainingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoisonTest {

  private static TrainingRow row(
      int number, String person, String reply, boolean good, double right) {
    return new TrainingRow(
        "row_" + number,
        "c_" + number,
        person,
        List.of(new Row.Said("user", "Question " + number)),
        reply,
        good ? "good" : "bad",
        right,
        2 * right - 1,
        List.of(),
        Optional.empty(),
        "m@1",
        Optional.empty(),
        Split.TRAIN,
        "thumbs",
        new TrainingRow.Axes(.8, .1, 1),
        Optional.empty(),
        "r_" + number,
        "2026-11-25T10");
  }

  /** Ordinary rows: other words each, three of four good. */
  private static List<TrainingRow> ordinary(int from, int count) {
    List<TrainingRow> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      String word = "abcdefghij".charAt(i % 10) + "nswer";
      rows.add(row(i, "p_" + i % 50, "The " + word + " is plain and short.", i % 4 != 0, .9));
    }
    return rows;
  }

  private static List<TrainingRow> with(List<TrainingRow> rows, List<TrainingRow> more) {
    List<TrainingRow> all = new ArrayList<>(rows);
    all.addAll(more);
    return all;
  }

  @Test
  void ordinaryRoundsAreNotSuspected() {
    List<TrainingRow> before = ordinary(0, 200);
    assertEquals(List.of(), PoisonCheck.suspicions(before, with(before, ordinary(200, 200))));
  }

  @Test
  void aCampaignForANewNameIsSuspected() {
    List<TrainingRow> before = ordinary(0, 200);
    List<TrainingRow> ring = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ring.add(row(1000 + i, "n_" + i % 20, "Tea " + i + " is fine, buy Zorbex.", true, .9));
    }
    List<TrainingRow> now = with(with(before, ordinary(200, 100)), ring);
    assertTrue(PoisonCheck.suspicions(before, now).contains("new-word"));
  }

  @Test
  void labelsThatTurnAndWeightFromOnePersonAreSuspected() {
    List<TrainingRow> before = ordinary(0, 200);
    List<TrainingRow> turned = new ArrayList<>();
    for (TrainingRow row : ordinary(200, 200)) {
      turned.add(
          row(row.id().hashCode(), row.person(), row.reply(), !row.label().equals("good"), .9));
    }
    assertTrue(PoisonCheck.suspicions(before, with(before, turned)).contains("flips-known-people"));
    List<TrainingRow> one = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      one.add(row(2000 + i, "p_7", "Answer " + i, i % 4 != 0, .9));
    }
    assertTrue(PoisonCheck.suspicions(before, with(before, one)).contains("concentration"));
  }

  @Test
  void ranksCorrelateAsWorkedOutByHand() {
    // Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * 4 / (4 * 15) = .6
    assertEquals(
        .6,
        Poison.rankCorrelation(List.of(1.0, 2.0, 3.0, 4.0), List.of(2.0, 1.0, 9.0, 5.0)),
        1e-12);
  }

  @Test
  void theAreaCountsByWeightAndTiesAHalf() {
    // Good .9 (weight 2) above bad .1 (1) and tied with bad .9 (1): (2 * 1 + 2 * 1 / 2) / (2 * 2).
    List<Auc.Point> points =
        List.of(
            new Auc.Point("a", .9, true, 2),
            new Auc.Point("b", .1, false, 1),
            new Auc.Point("c", .9, false, 1));
    assertEquals(.75, Auc.area(points), 1e-12);
  }
}
