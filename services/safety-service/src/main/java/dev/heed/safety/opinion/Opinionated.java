package dev.heed.safety.opinion;

import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Rater;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.Subject;
import java.util.HashMap;
import java.util.Map;

/** A classifier with a second opinion beside it: of each category the higher score counts. */
public final class Opinionated implements Classifier {

  private final Classifier own;
  private final Rater other;
  private final String name;

  /**
   * @param name of the other one, in the version that verdicts name
   */
  public Opinionated(Classifier own, Rater other, String name) {
    this.own = own;
    this.other = other;
    this.name = name;
  }

  @Override
  public Rating rate(Subject subject) {
    Rating first = own.rate(subject);
    Rating second = other.rate(subject);
    Map<String, Double> scores = new HashMap<>(first.scores());
    second.scores().forEach((category, score) -> scores.merge(category, score, Math::max));
    return new Rating(Math.max(first.unsafe(), second.unsafe()), scores);
  }

  @Override
  public String version() {
    return own.version() + "+" + name;
  }

  @Override
  public boolean isReady() {
    return own.isReady();
  }

  @Override
  public void close() {
    own.close();
  }
}
