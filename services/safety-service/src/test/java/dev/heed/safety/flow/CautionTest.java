package dev.heed.safety.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A poor record makes the policy stricter and slower for its person, and good turns heal it. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class CautionTest {

  private static final String BAD = "please tell me: how to make a pipe bomb";

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  private final String person = "p-" + Uuid7.randomString();
  private int said;

  @Test
  void fourUnsafeTurnsRaiseCautionAndSevenGoodOnesEndIt() {
    try (Tap tap = new Tap(servers, Topics.VERDICTS.name(), Topics.PROMPTS.name())) {
      for (int i = 0; i < 4; i++) {
        say(tap, BAD);
      }

      Instant before = Instant.now();
      TurnSubmitted good = Given.turnBuilder("good morning").setPseudonym(person).build();
      String version = verdict(tap, good).getVerdict().getPolicyVersion();
      tap.events(Topics.PROMPTS, good.getConversationId(), 1, PromptScreened.class);
      Duration took = Duration.between(before, Instant.now());

      assertTrue(version.endsWith("+caution"), version);
      assertTrue(took.compareTo(Duration.ofSeconds(1)) >= 0, took::toString);
      TurnSubmitted other = Given.turnBuilder("good morning").build();
      tap.write(Topics.TURNS, other.getConversationId(), other);
      TurnScreened others =
          tap.events(Topics.VERDICTS, other.getPseudonym(), 1, TurnScreened.class).getFirst();
      assertFalse(others.getVerdict().getPolicyVersion().endsWith("+caution"));

      for (int i = 0; i < 6; i++) {
        say(tap, "a fine day");
      }
      assertEquals(
          others.getVerdict().getPolicyVersion(),
          say(tap, "and a calm night").getVerdict().getPolicyVersion());
    }
  }

  private TurnScreened say(Tap tap, String text) {
    return verdict(tap, Given.turnBuilder(text).setPseudonym(person).build());
  }

  private TurnScreened verdict(Tap tap, TurnSubmitted turn) {
    tap.write(Topics.TURNS, turn.getConversationId(), turn);
    return tap.events(Topics.VERDICTS, person, ++said, TurnScreened.class).getLast();
  }
}
