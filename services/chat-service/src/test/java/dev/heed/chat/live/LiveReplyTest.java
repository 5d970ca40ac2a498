package dev.heed.chat.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readers that come from a replica that is ahead of this one, or behind it. */
class LiveReplyTest {

  private final LiveReply reply = new LiveReply("r", Instant.EPOCH, 100);
  private final List<String> told = new ArrayList<>();

  private void join(int attempt, int sequence) {
    reply.join(
        step ->
            told.add(
                switch (step) {
                  case LiveReply.Step.Restart() -> "restart";
                  case LiveReply.Step.Next(var chunk) ->
                      chunk.getText() + (chunk.getLast() ? "." : "");
                }),
        attempt,
        sequence);
  }

  private void add(int attempt, int sequence, String text, String whole) {
    reply.add(
        ReplyChunk.newBuilder()
            .setConversationId("c")
            .setTurnId("t")
            .setReplyId("r")
            .setPseudonym("p")
            .setReplica("")
            .setAttempt(attempt)
            .setSequence(sequence)
            .setKind(ReplyKind.CONTENT)
            .setText(text)
            .setLast(whole != null)
            .setFinishReason(whole == null ? null : FinishReason.STOP)
            .setWholeText(whole)
            .setUsage(new Usage(0, 0, 0))
            .setWrittenAt(Instant.EPOCH)
            .build());
  }

  private void add(int attempt, int sequence, String text) {
    add(attempt, sequence, text, null);
  }

  @Test
  void whatWasSeenAtAReplicaThatIsAheadIsNotToldAgain() {
    // Given
    join(1, 1);
    // When
    add(1, 0, "One ");
    add(1, 1, "two ");
    add(1, 2, "three", "One two three");
    // Then
    assertEquals(List.of("three."), told);
  }

  @Test
  void theEndIsToldToWhoSawAllOfTheText() {
    add(1, 0, "One ");
    join(1, 1);
    add(1, 1, "two", "One two");
    assertEquals(List.of("."), told);
  }

  @Test
  void anOlderAttemptIsNotToldToWhoSawANewerOne() {
    add(1, 0, "Old ");
    join(2, 0);
    add(1, 1, "older ");
    add(2, 0, "New ");
    add(2, 1, "end", "New end");
    assertEquals(List.of("end."), told);
  }

  @Test
  void aNewerAttemptBeginsAgainForWhoSawAnOlderOneElsewhere() {
    join(1, 0);
    add(2, 0, "New ");
    add(2, 1, "end", "New end");
    assertEquals(List.of("restart", "New ", "end."), told);
  }

  @Test
  void whoSawAnAttemptThatNeverComesHereGetsAllOfTheText() {
    add(1, 0, "One ");
    join(2, 0);
    add(1, 1, "two", "One two");
    assertEquals(List.of("restart", "One two."), told);
  }
}
