package dev.heed.learning.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Takes out what somebody no longer shares. While it is withdrawn, all rows of the subject before
 * {@code beforeRow} are not to be used, nor copied to a later version of the data set.
 *
 * @param subject a conversation, a person or a piece of feedback, by its name in the data set
 * @param beforeRow number of the first row that the tombstone does not speak of
 * @param withdrawn false: consent was given anew; what was withdrawn stays so, new rows may come
 * @param at the hour
 */
public record Tombstone(
    String subject,
    @JsonProperty("before_row") long beforeRow,
    boolean withdrawn,
    Reason reason,
    String at) {

  /** Why. */
  public enum Reason {
    @JsonProperty("consent")
    CONSENT,
    @JsonProperty("deleted")
    DELETED,
    @JsonProperty("erased")
    ERASED
  }
}
