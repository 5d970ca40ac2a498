package dev.heed.learning.rounds;

import dev.heed.learning.topics.Announcer;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.RoundProgressed;
import dev.heed.schemas.events.RoundStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Locale;

/**
 * Writes {@code learning.rounds}: each state that a round comes to, and at most once a second how
 * far its trainer is. A round does not wait for it.
 */
@ApplicationScoped
public class RoundTopic {

  private static final long A_SECOND = 1000;

  private final Announcer announcer;
  private final Clock clock;
  private long lastStep;

  RoundTopic(Announcer announcer, Clock clock) {
    this.announcer = announcer;
    this.clock = clock;
  }

  /** A round has come to a state. */
  void reached(Round round) {
    tell(round, stage(round), Progress.NONE);
  }

  /** Its trainer is so far. */
  synchronized void trains(Round round, Progress progress) {
    boolean last = progress.step() == progress.of();
    if (last || clock.millis() - lastStep >= A_SECOND) {
      lastStep = clock.millis();
      tell(round, RoundStage.TRAINING, progress);
    }
  }

  private void tell(Round round, RoundStage stage, Progress progress) {
    RoundProgressed event =
        RoundProgressed.newBuilder()
            .setRound(round.number())
            .setKind(round.kind())
            .setWhy(round.why())
            .setState(stage)
            .setStep(progress.step())
            .setOf(progress.of())
            .setLoss(progress == Progress.NONE ? null : progress.loss())
            .setSeconds(progress.seconds())
            .setDataVersion(Rounds.dataOf(round).orElse(null))
            .setCauses(causes(round.state()))
            .setReleaseId(Rounds.releaseOf(round).orElse(null))
            .setAt(clock.instant())
            .build();
    announcer.tell(Topics.LEARNING_ROUNDS, Integer.toString(round.number()), event);
  }

  private static RoundStage stage(Round round) {
    return RoundStage.valueOf(round.steps().getLast().state().toUpperCase(Locale.ROOT));
  }

  private static List<String> causes(RoundState state) {
    return switch (state) {
      case RoundState.Held held -> held.suspicions();
      case RoundState.Kept kept -> kept.failedGates();
      case RoundState.Failed failed -> List.of(failed.reason());
      default -> List.of();
    };
  }
}
