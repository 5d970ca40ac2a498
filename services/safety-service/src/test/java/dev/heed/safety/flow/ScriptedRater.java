package dev.heed.safety.flow;

import dev.heed.safety.classifier.DeadlineClassifier;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Rater;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.Subject;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A rater that fails on command, behind the real deadline: faults that no real network has at will.
 */
@Singleton
class ScriptedRater implements Rater {

  static final String STALL = "please stall";
  static final String NAN = "please be no number";
  static final String CRASH = "please crash";
  static final String BAD = "a bad thing in two parts";

  private final CountDownLatch never = new CountDownLatch(1);

  @Produces
  @Alternative
  @Priority(1)
  @Singleton
  Classifier classifier() {
    return new DeadlineClassifier(this, "scripted-1", 2, Duration.ofMillis(1500));
  }

  @Override
  public Rating rate(Subject subject) {
    String text = subject.text();
    if (text.contains(STALL)) {
      stall();
    }
    if (text.contains(CRASH)) {
      throw new IllegalStateException("crash");
    }
    if (text.contains(NAN)) {
      return new Rating(0.1, Map.of("hate", Double.NaN));
    }
    double unsafe = text.contains(BAD) ? 0.9 : 0.01;
    return new Rating(unsafe, Map.of("unsafe_reply", unsafe));
  }

  private void stall() {
    try {
      never.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
