package dev.heed.feedback.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One piece of feedback with the texts that it is about: a line of Heed's own format. Absent fields
 * are null.
 *
 * @param user who said it: a pseudonym, or a name of where it was imported from
 * @param kind as in POST /v1/feedback
 * @param prompt what the person had written
 * @param reply what was judged
 * @param other with pairwise: the other reply
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Said(
    @JsonProperty("feedback_id") String feedbackId,
    @JsonProperty("user") String user,
    @JsonProperty("conversation_id") String conversationId,
    @JsonProperty("turn_id") String turnId,
    @JsonProperty("reply_id") String replyId,
    @JsonProperty("kind") String kind,
    @JsonProperty("label") String label,
    @JsonProperty("reasons") List<String> reasons,
    @JsonProperty("comment") String comment,
    @JsonProperty("better_answer") String betterAnswer,
    @JsonProperty("prompt") String prompt,
    @JsonProperty("reply") String reply,
    @JsonProperty("other") String other,
    @JsonProperty("at") String at) {

  Said {
    reasons = reasons == null ? List.of() : List.copyOf(reasons);
  }

  /** A line that was imported: texts, who and what; no ids of ours. */
  static Said imported(
      String user, String kind, String label, String prompt, String reply, String other) {
    return new Said(
        null, user, null, null, null, kind, label, List.of(), null, null, prompt, reply, other,
        null);
  }

  Said because(List<String> why, String said, String better) {
    return new Said(
        feedbackId,
        user,
        conversationId,
        turnId,
        replyId,
        kind,
        label,
        why,
        said,
        better,
        prompt,
        reply,
        other,
        at);
  }
}
