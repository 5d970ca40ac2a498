package dev.heed.feedback.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {

  /** Example C of Krippendorff 2011: four observers, twelve units, missing data. */
  @Test
  void isKrippendorffsOwnExample() {
    List<String> observers =
        List.of("123321412...", "123322412 5.3", ".33323422 51.", "123324412 51.");
    List<List<String>> units = new ArrayList<>();
    for (int unit = 0; unit < 12; unit++) {
      List<String> answers = new ArrayList<>();
      for (String observer : observers) {
        char answer = observer.replace(" ", "").charAt(unit);
        if (answer != '.') {
          answers.add(String.valueOf(answer));
        }
      }
      units.add(answers);
    }
    assertEquals(.743, Agreement.alpha(units).orElseThrow(), .0005);
  }

  @Test
  void saysNothingWhereNothingCanBeSaid() {
    assertTrue(Agreement.alpha(List.of()).isEmpty());
    assertTrue(Agreement.alpha(List.of(List.of("up"), List.of("down"))).isEmpty());
    assertTrue(Agreement.alpha(List.of(List.of("up", "up"), List.of("up", "up"))).isEmpty());
    assertEquals(
        1, Agreement.alpha(List.of(List.of("up", "up"), List.of("down", "down"))).orElseThrow());
  }
}
