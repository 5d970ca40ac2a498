package dev.heed.safety.screening;

/**
 * Rates one text: the phrase matcher and the trained classifier alike. Safe for several threads.
 */
public interface Rater {

  /**
   * Rates a text.
   *
   * @throws RatingException when there is no answer; the text must then not pass
   */
  Rating rate(Subject subject);
}
