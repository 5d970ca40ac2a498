package dev.heed.safety.screening;

/** The trained part of the screening, with the version that verdicts name. */
public interface Classifier extends Rater, AutoCloseable {

  /** Names the weights; empty when there is no classifier by configuration. */
  String version();

  /** True when it can answer. A service whose classifier cannot answer is not ready. */
  boolean isReady();

  @Override
  default void close() {}

  /** No classifier, because the configuration says so: the matcher alone decides. */
  static Classifier none() {
    return new Classifier() {
      @Override
      public Rating rate(Subject subject) {
        return Rating.NOTHING;
      }

      @Override
      public String version() {
        return "";
      }

      @Override
      public boolean isReady() {
        return true;
      }
    };
  }

  /**
   * A classifier that is wanted and cannot be had: every rating fails, so every text is refused.
   */
  static Classifier broken(RatingException.Cause reason) {
    return new Classifier() {
      @Override
      public Rating rate(Subject subject) {
        throw new RatingException(reason);
      }

      @Override
      public String version() {
        return reason.label();
      }

      @Override
      public boolean isReady() {
        return false;
      }
    };
  }
}
