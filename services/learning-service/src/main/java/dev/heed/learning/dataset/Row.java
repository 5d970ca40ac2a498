package dev.heed.learning.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One line of the data set: a turn, a reply, or what somebody thought of a reply. */
public sealed interface Row {

  /** Names the row once and for all; the same id again is the same row. */
  String id();

  /** The conversation it belongs to, by its name in the data set. */
  String conversation();

  /** Whose it is, by their name in the data set. */
  String person();

  /** The hour. */
  String at();

  /** What a person said, with the history where a client sent one itself. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonPropertyOrder({"type", "id", "conversation"})
  record Turn(
      String id,
      String conversation,
      String person,
      String turn,
      String reply,
      List<Said> history,
      String text,
      String at)
      implements Row {

    /** Names the kind of row. */
    @JsonProperty
    String type() {
      return "turn";
    }
  }

  /** One earlier message. */
  record Said(String role, String text) {}

  /** What was shown in answer, as it stood at the end. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonPropertyOrder({"type", "id", "conversation"})
  record Reply(
      String id,
      String conversation,
      String person,
      String turn,
      String reply,
      String outcome,
      @JsonProperty("finish_reason") Optional<String> finishReason,
      String text,
      Optional<Safety> safety,
      Optional<Model> model,
      String at)
      implements Row {

    /** Names the kind of row. */
    @JsonProperty
    String type() {
      return "reply";
    }
  }

  /** Feedback as it is believed; the row with the highest revision holds. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonPropertyOrder({"type", "id", "conversation"})
  record Feedback(
      String id,
      String conversation,
      String person,
      String reply,
      String feedback,
      int revision,
      String kind,
      Optional<String> label,
      List<String> reasons,
      @JsonProperty("better_answer") Optional<String> betterAnswer,
      @JsonProperty("p_right") double pRight,
      double weight,
      double reliability,
      @JsonProperty("reliability_sd") double reliabilitySd,
      double civility,
      @JsonProperty("log_odds") Map<String, Double> logOdds,
      boolean retracted,
      Optional<Safety> safety,
      Optional<Model> model,
      String at)
      implements Row {

    /** Names the kind of row. */
    @JsonProperty
    String type() {
      return "feedback";
    }
  }

  /** What safety thought of the text. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Safety(
      double unsafe,
      boolean flagged,
      Optional<String> category,
      String source,
      @JsonProperty("policy_version") String policyVersion,
      @JsonProperty("classifier_version") String classifierVersion) {}

  /** What wrote the text. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Model(String name, String version, Optional<String> adapter) {}
}
