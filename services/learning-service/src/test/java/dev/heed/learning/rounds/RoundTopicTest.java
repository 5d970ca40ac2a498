package dev.heed.learning.rounds;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.heed.broker.BrokerResource;
import dev.heed.learning.intake.TemporaryData;
import dev.heed.learning.topics.Announcer;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.events.RoundProgressed;
import dev.heed.schemas.events.RoundStage;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What others hear of rounds, on a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@QuarkusTestResource(TemporaryData.class)
class RoundTopicTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int OTHER = 9001;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @Inject Rounds rounds;
  @Inject Announcer announcer;

  private List<RoundProgressed> told(int round) {
    EventCodec codec = EventCodec.ofKnown();
    return TopicContents.list(Map.of("bootstrap.servers", bootstrap), "learning.rounds").stream()
        .filter(record -> record.key().equals(Integer.toString(round)))
        .map(record -> codec.decode(record.value(), RoundProgressed.class))
        .toList();
  }

  @Test
  void aRoundSaysWhereItStandsAndWhyItEnded() throws IOException {
    Round round = rounds.begin("operator", "reward");

    await()
        .atMost(SOON)
        .until(
            () -> told(round.number()).stream().anyMatch(e -> e.getState() == RoundStage.FAILED));

    List<RoundProgressed> told = told(round.number());
    assertEquals(RoundStage.OPEN, told.getFirst().getState());
    assertEquals("reward", told.getFirst().getKind());
    assertNull(told.getFirst().getDataVersion());
    assertEquals(List.of("too-little-weight"), told.getLast().getCauses());
  }

  @Test
  void aTrainersStepsAreToldOnceASecondAndTheLastOneAlways() {
    Ticking clock = new Ticking();
    RoundTopic topic = new RoundTopic(announcer, clock);
    Round round = Round.open(OTHER, "sft", "schedule", clock.instant());

    for (int step = 1; step <= 25; step++) {
      clock.millis += 100;
      topic.trains(round, new Progress(step, 25, .5, step / 10.0));
    }

    await().atMost(SOON).until(() -> told(OTHER).size() >= 4);
    assertEquals(
        List.of(1, 11, 21, 25), told(OTHER).stream().map(RoundProgressed::getStep).toList());
    RoundProgressed last = told(OTHER).getLast();
    assertEquals(RoundStage.TRAINING, last.getState());
    assertEquals(25, last.getOf());
    assertEquals(.5, last.getLoss());
    assertEquals(2.5, last.getSeconds());
  }

  /** Goes on when it is told to. */
  private static final class Ticking extends Clock {

    long millis = 1_800_000_000_000L;

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
