package dev.heed.chat.http;

import dev.heed.chat.live.LiveReply;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import java.util.List;

/**
 * One reply as OpenAI's stream, which has no way to take text back. When a new attempt begins, the
 * stream goes on if the new text begins with what was sent, and ends with a clear error as soon as
 * it does not: two attempts are never mixed.
 */
final class OpenAiStream {

  private final OpenAiShapes shapes;
  private final boolean usage;
  private final StringBuilder sent = new StringBuilder();

  /** The text of the newest attempt that was checked against what was sent. */
  private final StringBuilder attempt = new StringBuilder();

  private boolean failed;

  OpenAiStream(OpenAiShapes shapes, boolean usage) {
    this.shapes = shapes;
    this.usage = usage;
  }

  /** True after an error: nothing is to be sent any more. */
  boolean failed() {
    return failed;
  }

  /** The events of a step; may be none. */
  String format(LiveReply.Step step) {
    return switch (step) {
      case LiveReply.Step.Restart() -> {
        attempt.setLength(0);
        yield "";
      }
      case LiveReply.Step.Next(var chunk) -> failed ? "" : format(chunk);
    };
  }

  private String format(ReplyChunk chunk) {
    if (chunk.getKind() == ReplyKind.FAILURE) {
      return fail("The reply could not be written.", "failed");
    }
    if (chunk.getKind() != ReplyKind.CONTENT) {
      // A canned text follows what was shown; finish_reason tells the client to drop all of it.
      return shapes.text(chunk.getText(), List.of())
          + (chunk.getLast() ? shapes.end(chunk, usage) : "");
    }
    attempt.append(chunk.getText());
    int common = Math.min(sent.length(), attempt.length());
    boolean same = sent.substring(0, common).contentEquals(attempt.substring(0, common));
    if (!same || (chunk.getLast() && attempt.length() < sent.length())) {
      return fail(
          "The reply was interrupted and begins again with other words; ask again.", "restarted");
    }
    String more = attempt.substring(common);
    sent.append(more);
    // Where words were sent before, the tokens of this chunk are not those of what is new.
    boolean whole = more.contentEquals(chunk.getText());
    return shapes.text(more, whole ? chunk.getLogprobs() : List.of())
        + (chunk.getLast() ? shapes.end(chunk, usage) : "");
  }

  private String fail(String message, String code) {
    failed = true;
    return OpenAiShapes.error(message, code);
  }
}
