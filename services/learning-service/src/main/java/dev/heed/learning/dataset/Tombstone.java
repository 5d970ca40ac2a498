package dev.heed.learning.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A change of a conversation's consent. While it is withdrawn, all its rows before {@code
 * beforeRow} are not to be used, nor copied to a later version of the data set.
 *
 * @param conversation by its name in the data set
 * @param beforeRow number of the first row that the tombstone does not speak of
 * @param withdrawn false: consent was given anew; what was withdrawn stays so, new rows may come
 * @param at the hour
 */
public record Tombstone(
    String conversation,
    @JsonProperty("before_row") long beforeRow,
    boolean withdrawn,
    Reason reason,
    String at) {

  /** Why. */
  public enum Reason {
    @JsonProperty("consent")
    CONSENT,
    @JsonProperty("deleted")
    DELETED
  }
}
