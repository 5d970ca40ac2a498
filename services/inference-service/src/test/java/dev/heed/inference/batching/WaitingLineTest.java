package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WaitingLineTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = BEGIN;
  private final WaitingLine line = new WaitingLine(64, () -> now);
  private int number;

  @Test
  void whoCannotBeServedInTimeIsRefusedAtOnce() {
    // Given: one is served every second, ten wait that have five seconds left
    for (int i = 0; i < 20; i++) {
      assertEquals(Admission.ACCEPTED, add(15));
    }
    for (int i = 0; i < 10; i++) {
      now = now.plusSeconds(1);
      assertTrue(line.poll().isPresent());
    }
    // When, then: behind those ten it takes 11 s
    assertEquals(Admission.OVERLOADED, add(5));
    assertEquals(Admission.OVERLOADED, add(10));
    assertEquals(Admission.ACCEPTED, add(12));
    assertEquals(11, line.size());
  }

  @Test
  void anOlderDeadlineGoesFirstAndIsJudgedByThoseBeforeIt() {
    for (int i = 0; i < 20; i++) {
      add(600);
    }
    for (int i = 0; i < 10; i++) {
      now = now.plusSeconds(1);
      line.poll();
    }
    assertEquals(Admission.ACCEPTED, add(2), "nobody is before it");
    assertEquals(Admission.OVERLOADED, line.add(request(now.plusMillis(900))));
  }

  @Test
  void nothingIsKnownBeforeTheLineHasMoved() {
    for (int i = 0; i < 20; i++) {
      add(600);
    }
    now = now.plusSeconds(100);
    assertEquals(Admission.ACCEPTED, add(1));
  }

  @Test
  void anEmptyLineForgetsItsPace() {
    for (int i = 0; i < 10; i++) {
      add(600);
    }
    for (int i = 0; i < 10; i++) {
      now = now.plusSeconds(10);
      line.poll();
    }
    add(600);
    assertEquals(Admission.ACCEPTED, add(1));
  }

  @Test
  void aFullLineTakesNoMore() {
    for (int i = 0; i < 64; i++) {
      assertEquals(Admission.ACCEPTED, add(60));
    }
    assertEquals(Admission.OVERLOADED, add(60));
  }

  private Admission add(long seconds) {
    return line.add(request(now.plusSeconds(seconds)));
  }

  private Generation request(Instant deadline) {
    return new Generation(
        "r" + number++, new int[] {1}, 1, Sampling.GREEDY, deadline, "salt", null);
  }
}
