package dev.heed.feedback.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The body of POST /v1/feedback, as it came. Absent fields are null here and nowhere else.
 *
 * @param feedbackId with kind retract: what is taken back; absent: the latest on that reply
 * @param user with an API key: whose feedback it is, in the key holder's words
 */
public record FeedbackRequest(
    @JsonProperty("reply_id") String replyId,
    @JsonProperty("kind") String kind,
    @JsonProperty("label") String label,
    @JsonProperty("reasons") List<String> reasons,
    @JsonProperty("comment") String comment,
    @JsonProperty("better_answer") String betterAnswer,
    @JsonProperty("other_reply_id") String otherReplyId,
    @JsonProperty("span") Span span,
    @JsonProperty("feedback_id") String feedbackId,
    @JsonProperty("user") String user) {

  /** A part of the reply, in UTF-16 code units, end exclusive. */
  public record Span(@JsonProperty("start") Integer start, @JsonProperty("end") Integer end) {}
}
