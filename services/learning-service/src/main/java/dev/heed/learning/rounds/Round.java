package dev.heed.learning.rounds;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A round of learning.
 *
 * @param number 1, 2, 3 ...
 * @param kind what is trained
 * @param why what started it: schedule, weight or operator
 * @param state where it stands
 * @param steps when it came to each state
 */
public record Round(
    int number, String kind, String why, String startedAt, RoundState state, List<Step> steps) {

  /** A state's name and when it was reached. */
  public record Step(String state, String at) {}

  public Round {
    steps = List.copyOf(steps);
  }

  static Round open(int number, String kind, String why, Instant at) {
    return new Round(number, kind, why, at.toString(), new RoundState.Open(), List.of())
        .to(new RoundState.Open(), at);
  }

  Round to(RoundState next, Instant at) {
    List<Step> all = new ArrayList<>(steps);
    all.add(
        new Step(
            next.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT), at.toString()));
    return new Round(number, kind, why, startedAt, next, all);
  }
}
