package dev.heed.safety.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The record of conversations and people. */
class ConductTest {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Conduct conduct = new Conduct(() -> now, Duration.ofMinutes(30), 0.3, 1000);

  @Test
  void oneHitDamnsNobody() {
    conduct.turn("c", "p", true);

    assertFalse(conduct.caution("c", "p"));
    assertFalse(conduct.caution("unknown", "nobody"));
  }

  @Test
  void aPoorRecordRaisesCautionInItsConversationAndForItsPerson() {
    for (int i = 0; i < 3; i++) {
      conduct.turn("c", "p", true);
    }

    assertTrue(conduct.caution("c", "someone else"));
    assertTrue(conduct.caution("another", "p"));
    assertFalse(conduct.caution("another", "someone else"));
  }

  @Test
  void timeAndGoodTurnsHealIt() {
    for (int i = 0; i < 4; i++) {
      conduct.turn("c", "p", true);
      conduct.turn("d", "q", true);
    }
    assertTrue(conduct.caution("c", "p"));
    for (int i = 0; i < 8; i++) {
      conduct.turn("d", "q", false);
    }
    assertFalse(conduct.caution("d", "q"));

    now = now.plus(Duration.ofHours(2));

    assertFalse(conduct.caution("c", "p"));
    assertEquals(0.25 / 4.25, conduct.rateOf("c"), 1e-9);
  }

  @Test
  void aClockThatGoesBackBreaksNothing() {
    conduct.turn("c", "p", true);
    now = now.minus(Duration.ofDays(1));
    conduct.turn("c", "p", true);

    assertEquals(2 / 6.0, conduct.rateOf("c"), 1e-9);
  }
}
