package dev.heed.learning.versions;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.heed.learning.dataset.Row;
import java.util.List;
import java.util.Optional;

/**
 * One rated reply of a data version: everything that a trainer and an auditor need of it.
 *
 * @param id names the row in every version
 * @param context the conversation up to the reply, oldest first, ends with the turn it answers
 * @param label good or bad, as the person said it
 * @param pRight probability that the label is right, [0, 1]
 * @param weight 2 pRight - 1
 * @param gold what the reply should have been, in somebody's words
 * @param model name@version of the base model
 * @param adapter name@version of the adapter; empty: the base alone
 * @param source thumbs, stars, review or better_answer
 * @param replyName the reply by its name in the data set
 */
@JsonPropertyOrder({
  "id",
  "conversation",
  "context",
  "reply",
  "label",
  "p_right",
  "weight",
  "reasons",
  "gold",
  "model",
  "adapter",
  "split"
})
public record TrainingRow(
    String id,
    String conversation,
    String person,
    List<Row.Said> context,
    String reply,
    String label,
    @JsonProperty("p_right") double pRight,
    double weight,
    List<String> reasons,
    Optional<String> gold,
    String model,
    Optional<String> adapter,
    Split split,
    String source,
    Axes axes,
    Optional<Row.Safety> verdict,
    @JsonProperty("reply_name") String replyName,
    String at) {

  /** Fields that every trainer reads; {@code data export --format weighted} writes these alone. */
  public static final List<String> CONTRACT =
      List.of(
          "id",
          "conversation",
          "context",
          "reply",
          "label",
          "p_right",
          "weight",
          "reasons",
          "gold",
          "model",
          "adapter",
          "split");

  /**
   * Whom the label is from.
   *
   * @param reliability balanced accuracy, posterior mean, with its standard deviation
   * @param civility posterior mean of the share of civil turns
   */
  public record Axes(
      double reliability, @JsonProperty("reliability_sd") double reliabilitySd, double civility) {}

  /** Probability that the reply is good. */
  public double good() {
    return label.equals("good") ? pRight : 1 - pRight;
  }

  /** The turn that is answered; empty when none is known. */
  public String asked() {
    return context.isEmpty() ? "" : context.getLast().text();
  }
}
